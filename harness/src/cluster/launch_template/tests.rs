use super::*;

fn hosts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The command of a worker in all tests: one of its words has a blank and a quote.
fn command() -> Vec<String> {
    hosts(&["/bin/perf", "__proofload", "worker", "run-1", "-m", "load and not 'slow'"])
}

/// What is started, each as one line whose words are in brackets.
fn started(workers: Option<usize>, template: &str, names: &[&str]) -> Vec<String> {
    let launch = WorkerLaunch::new(workers, Some(template), &hosts(names)).unwrap().unwrap();
    let line = |one: LaunchedCommand| {
        let words: String = one.words.iter().map(|word| format!("[{word}]")).collect();
        format!("{}: {words}", one.name)
    };
    launch.commands(&command()).into_iter().map(line).collect()
}

fn refusal(workers: Option<usize>, template: Option<&str>, names: &[&str]) -> String {
    let refused = WorkerLaunch::new(workers, template, &hosts(names)).unwrap_err();
    format!("{}: {refused}", refused.option)
}

const WORDS: &str = "[/bin/perf][__proofload][worker][run-1][-m][load and not 'slow']";
const QUOTED: &str = r"/bin/perf __proofload worker run-1 -m 'load and not '\''slow'\'''";

#[test]
fn without_a_launcher_each_worker_is_a_process_here() {
    assert_eq!(WorkerLaunch::new(None, None, &[]), Ok(None));
    let launch = WorkerLaunch::new(Some(2), None, &[]).unwrap().unwrap();
    assert!(launch.workers() == 2 && !launch.may_leave_this_machine());
    let commands = launch.commands(&command());
    assert_eq!(
        commands.iter().map(|one| (one.name.as_str(), one.index)).collect::<Vec<_>>(),
        [("worker-0", Some(0)), ("worker-1", Some(1))]
    );
    assert!(commands.iter().all(|one| one.words == command()));
}

#[test]
fn a_launcher_with_a_number_is_started_once_and_gets_the_words_of_the_command() {
    assert_eq!(
        started(Some(16), "srun -n {n} --kill-on-bad-exit=1 {command}", &[]),
        [format!("launcher: [srun][-n][16][--kill-on-bad-exit=1]{WORDS}")]
    );
}

#[test]
fn a_launcher_without_a_number_is_started_for_each_worker() {
    let each = |index| format!("worker-{index}: [nice][-n][5]{WORDS}");
    assert_eq!(started(Some(2), "nice -n 5 {command}", &[]), [each(0), each(1)]);
}

#[test]
fn a_launcher_of_many_may_be_started_for_one_worker_at_a_time() {
    let each = |index| format!("worker-{index}: [srun][--ntasks=1]{WORDS}");
    assert_eq!(started(Some(2), "srun --ntasks=1 {command}", &[]), [each(0), each(1)]);
}

#[test]
fn a_launcher_with_a_host_is_started_once_for_each_host() {
    let on = |host| format!("host-{host}: [run-on][{host}]{WORDS}");
    assert_eq!(started(None, "run-on {host} {command}", &["a", "b"]), [on("a"), on("b")]);
    assert_eq!(started(Some(2), "run-on {host} {command}", &["a", "b"]), [on("a"), on("b")]);
    let three_on = |host| format!("host-{host}: [run-on][{host}][-n][3]{WORDS}");
    assert_eq!(started(Some(6), "run-on {host} -n {n} {command}", &["a", "b"]), [three_on("a"), three_on("b")]);
}

#[test]
fn the_shell_on_the_other_side_of_ssh_reads_the_same_words() {
    let words: String =
        QUOTED.replacen("-m ", "-m][", 1).replacen(" __proofload worker run-1 ", "][__proofload][worker][run-1][", 1);
    assert_eq!(started(None, "/usr/bin/ssh {host} {command}", &["a"]), [format!("host-a: [/usr/bin/ssh][a][{words}]")]);
    assert_eq!(
        started(None, r#"ssh {host} "cd /x && {command}""#, &["a"]),
        [format!("host-a: [ssh][a][cd /x && {QUOTED}]")]
    );
}

#[test]
fn after_sh_c_the_command_is_one_text() {
    assert_eq!(started(Some(1), "sh -c '{command}'", &[]), [format!("worker-0: [sh][-c][{QUOTED}]")]);
    assert_eq!(
        started(Some(1), "env A=1 /bin/bash -lc {command}", &[]),
        [format!("worker-0: [env][A=1][/bin/bash][-lc][{QUOTED}]")]
    );
    assert_eq!(started(Some(1), "taskset -c {command}", &[]), [format!("worker-0: [taskset][-c]{WORDS}")]);
}

#[test]
fn words_of_the_command_are_not_searched_for_placeholders() {
    let launch = WorkerLaunch::new(Some(1), Some("nice {command}"), &[]).unwrap().unwrap();
    let commands = launch.commands(&hosts(&["perf", "{n} {host} {command}"]));
    assert_eq!(commands[0].words, ["nice", "perf", "{n} {host} {command}"]);
}

#[test]
fn what_does_not_go_together_is_refused_and_says_what_to_write() {
    for (refused, parts) in [
        (refusal(Some(2), Some("srun -n {n}"), &[]), ["launch: ", "write {command}"]),
        (refusal(Some(2), Some(""), &[]), ["launch: ", "write {command}"]),
        (refusal(Some(2), Some("srun -n {n} {comand}"), &[]), ["launch: unknown {comand}", "did you mean `{command}`"]),
        (refusal(Some(2), Some("srun '{command}"), &[]), ["launch: ", "a quote is not closed"]),
        (refusal(Some(2), Some("srun {command} > log"), &[]), ["launch: ", "`>` is for a shell"]),
        (refusal(Some(2), Some("{host} {command}"), &["a"]), ["launch: ", "the launcher's own name"]),
        (
            refusal(Some(2), Some("/usr/bin/mpirun {command}"), &[]),
            ["launch: ", "write `/usr/bin/mpirun -n {n} {command}`"],
        ),
        (refusal(None, Some("srun -n {n} {command}"), &[]), ["launch: ", "add `--workers 4`"]),
        (refusal(None, Some("ssh {host} {command}"), &[]), ["launch: ", "add `--hosts a,b,c`"]),
        (refusal(Some(2), None, &["a"]), ["hosts: ", "add `--launch 'ssh {host} {command}'`"]),
        (refusal(Some(2), Some("srun -n {n} {command}"), &["a"]), ["hosts: ", "no {host} in --launch"]),
        (refusal(None, Some("ssh {host} {command}"), &["-oProxyCommand=x"]), ["hosts: ", "is no name of a host"]),
        (
            refusal(Some(3), Some("ssh {host} {command}"), &["a", "b"]),
            ["workers: 3 workers, and 2 hosts", "leave --workers out"],
        ),
        (
            refusal(Some(3), Some("x {host} {n} {command}"), &["a", "b"]),
            ["workers: 3 workers, and 2 hosts", "multiple"],
        ),
    ] {
        assert!(parts.iter().all(|part| refused.contains(part)), "{parts:?}: {refused}");
    }
}

#[test]
fn braces_of_other_programs_stay() {
    assert_eq!(
        started(Some(1), "run --format '{{.ID}}' {command}", &[]),
        [format!("worker-0: [run][--format][{{{{.ID}}}}]{WORDS}")]
    );
}

#[test]
fn hosts_of_this_machine_are_this_machine() {
    let launch =
        |names: &[&str]| WorkerLaunch::new(None, Some("ssh {host} {command}"), &hosts(names)).unwrap().unwrap();
    assert!(
        !launch(&["localhost", "127.0.0.1"]).may_leave_this_machine()
            && launch(&["localhost", "b"]).may_leave_this_machine()
    );
}

#[test]
fn workers_may_be_started_elsewhere() {
    let launch = WorkerLaunch::new(Some(3), Some("external"), &[]).unwrap().unwrap();
    assert!(launch.is_external() && launch.workers() == 3 && launch.may_leave_this_machine());
    assert_eq!(launch.commands(&command()), []);
    assert!(refusal(None, Some("external"), &[]).starts_with("launch: needs the number of workers"));
}
