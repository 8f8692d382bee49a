use serde_json::Value;

use super::*;

/// What is printed for these arguments of a person.
fn printed(arguments: &[&str], image: Option<&str>) -> String {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let token = Secret::given("0123456789abcdef");
    kubernetes(&ManifestRun { run_id: "1795729369473-16698", image, workers: 50, arguments: &arguments, token: &token })
}

/// The objects by kind, in the order in which they are written; a second Job is `Job 2`.
fn objects(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap()
}

fn job(objects: &[Value], part: &str) -> Value {
    let name = format!("proofload-1795729369473-16698-{part}");
    objects.iter().find(|object| object["metadata"]["name"] == *name && object["kind"] == "Job").unwrap().clone()
}

fn container(job: &Value) -> &Value {
    &job["spec"]["template"]["spec"]["containers"][0]
}

fn words(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn a_run_is_a_secret_a_broker_the_workers_and_a_coordinator_with_the_same_label() {
    let objects = objects(&printed(&[], None));
    let kinds: Vec<&str> = objects.iter().map(|object| object["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Secret", "Service", "Deployment", "Job", "Job"]);
    assert!(objects.iter().all(|object| object["metadata"]["labels"]["proofload/run"] == "1795729369473-16698"));
}

#[test]
fn each_worker_is_one_of_an_indexed_job_that_starts_none_again() {
    let objects = objects(&printed(
        &["--workers", "50", "--print-manifest=kubernetes", "--users", "5", "-m", "load and not slow"],
        None,
    ));
    let workers = job(&objects, "workers");
    let spec = &workers["spec"];
    assert_eq!(
        (&spec["completionMode"], &spec["completions"], &spec["parallelism"]),
        (&"Indexed".into(), &50.into(), &50.into())
    );
    assert_eq!((&spec["backoffLimit"], &spec["template"]["spec"]["restartPolicy"]), (&0.into(), &"Never".into()));
    let expected = ["__proofload", "worker", "1795729369473-16698", "--users", "5", "-m", "load and not slow"];
    assert_eq!(words(&container(&workers)["args"]), expected);
}

#[test]
fn the_coordinator_waits_for_workers_of_its_own_run() {
    let objects = objects(&printed(&["--workers=50", "--print-manifest", "kubernetes", "health"], None));
    let coordinator = job(&objects, "coordinator");
    let expected = ["--workers=50", "--launch=external", "--output-dir=/results", "--no-baselines", "health"];
    assert_eq!(words(&container(&coordinator)["args"]), expected);
    let environment = container(&coordinator)["env"].as_array().unwrap();
    let run = environment.iter().find(|variable| variable["name"] == "PROOFLOAD_INTERNAL_RUN_ID").unwrap();
    assert_eq!(run["value"], "1795729369473-16698");
    assert!(environment.iter().any(|variable| variable["name"] == "PROOFLOAD_BIND"));
}

#[test]
fn what_a_person_has_chosen_stays() {
    let objects = objects(&printed(&["--output-dir", "/kept", "--no-baselines", "--", "--output-dir"], None));
    let expected =
        ["--workers=50", "--launch=external", "--output-dir", "/kept", "--no-baselines", "--", "--output-dir"];
    assert_eq!(words(&container(&job(&objects, "coordinator"))["args"]), expected);
}

#[test]
fn the_token_is_in_the_secret_alone_and_reaches_processes_by_reference() {
    let text = printed(&[], None);
    let objects = objects(&text);
    assert!(objects[0]["stringData"]["token"] == "0123456789abcdef");
    assert!(objects[0]["stringData"]["nats-server.conf"].as_str().unwrap().contains("token: \"0123456789abcdef\""));
    assert!(!objects[1..].iter().any(|object| object.to_string().contains("0123456789abcdef")));
    for part in ["workers", "coordinator"] {
        let job = job(&objects, part);
        let variables = container(&job)["env"].as_array().unwrap();
        let token = variables.iter().find(|variable| variable["name"] == "PROOFLOAD_NATS_TOKEN").unwrap();
        assert_eq!(token["valueFrom"]["secretKeyRef"]["name"], objects[0]["metadata"]["name"]);
        let address = variables.iter().find(|variable| variable["name"] == "PROOFLOAD_NATS").unwrap();
        let service = objects[1]["metadata"]["name"].as_str().unwrap();
        assert_eq!(address["value"], format!("nats://{service}:4222"));
    }
}

#[test]
fn an_image_is_filled_in_or_clearly_missing() {
    let image = |text: &str| container(&job(&objects(text), "workers"))["image"].as_str().unwrap().to_owned();
    assert_eq!(image(&printed(&[], Some("registry.example/perf:1"))), "registry.example/perf:1");
    assert_eq!(image(&printed(&[], None)), NO_IMAGE);
    assert!(
        printed(&[], None).starts_with("# A run of Proofload with 50 workers")
            && printed(&[], None).contains("No cluster has run it yet")
    );
    assert!(!printed(&[], None).contains('@'), "a placeholder is left");
}

#[test]
fn arguments_arrive_as_they_are_whatever_they_have_in_them() {
    let odd = ["-k", "a: \"b\" # c", "$(HOME) $HOME", "{x}\n- y", "@TOKEN@ @IMAGE@"];
    let objects = objects(&printed(&odd, None));
    let workers = job(&objects, "workers");
    // Kubernetes makes one `$` of `$$`.
    let seen: Vec<String> =
        words(&container(&workers)["args"])[3..].iter().map(|word| word.replace("$$(", "$(")).collect();
    assert_eq!(seen, odd);
}

#[test]
fn a_name_of_a_run_becomes_a_name_in_kubernetes() {
    assert_eq!(label("nextest-0A1b_2/3"), "nextest-0a1b-2-3");
    assert!(label(&"x-".repeat(80)).len() <= LONGEST_NAME && !label(&"x-".repeat(80)).ends_with('-'));
}
