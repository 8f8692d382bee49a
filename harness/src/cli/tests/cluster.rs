//! A load that several processes offer.

use super::*;

#[test]
#[cfg(not(feature = "cluster"))]
fn without_the_feature_each_option_says_what_is_missing() {
    for (flag, value) in [("--workers", "2"), ("--launch", "x"), ("--hosts", "a"), ("--print-manifest", "kubernetes")] {
        let expected = "needs the feature `cluster` of proofload: add it in Cargo.toml, in `features = [\"cluster\"]` of the \
                        dependency on proofload";
        assert_eq!(refusal(&[flag, value], &[], ""), format!("{flag}: {expected}"));
    }
    assert!(refusal(&[], &[("PROOFLOAD_WORKERS", "2")], "").starts_with("PROOFLOAD_WORKERS: needs the feature"));
}

#[cfg(feature = "cluster")]
mod with_the_feature {
    use super::*;
    use crate::cli::ManifestKind;

    #[test]
    fn one_process_offers_the_load_unless_workers_are_asked_for() {
        assert!(options(&[], &[], "").cluster.launch.is_none());
        let launch = options(&["--workers", "4"], &[], "").cluster.launch.unwrap();
        assert!(launch.workers() == 4 && !launch.may_leave_this_machine());
    }

    #[test]
    fn variables_say_the_same_and_options_win_over_them() {
        let variables =
            [("PROOFLOAD_WORKERS", "3"), ("PROOFLOAD_LAUNCH", "ssh {host} {command}"), ("PROOFLOAD_HOSTS", "a,b")];
        assert_eq!(options(&["--workers", "2"], &variables, "").cluster.launch.unwrap().workers(), 2);
        let text = refusal(&[], &variables, "");
        assert!(text.starts_with("PROOFLOAD_WORKERS: 3 workers, and 2 hosts in --hosts: "), "{text}");
    }

    #[test]
    fn hosts_are_repeated_or_joined_by_commas() {
        let line = ["--launch", "ssh {host} {command}", "--hosts", "a, b", "--hosts=c"];
        assert_eq!(options(&line, &[], "").cluster.launch.unwrap().workers(), 3);
    }

    #[test]
    fn a_mistake_names_the_option_that_has_it() {
        for (line, expected) in [
            (&["--workers", "0"][..], "--workers expects a number of processes of at least 1, such as `4`, not `0`"),
            (&["--workers", "many"], "--workers expects a number of processes of at least 1, such as `4`, not `many`"),
            (&["--launch", "srun -n {n} {command}"], "--launch: needs the number of workers, too: add `--workers 4`"),
            (&["--hosts", "a"], "--hosts: needs a launcher: add `--launch 'ssh {host} {command}'`"),
            (&["--print-manifest", "nomad", "--workers", "2"], "--print-manifest expects `kubernetes`, not `nomad`"),
            (
                &["--print-manifest", "kubernetes"],
                "--print-manifest: needs the number of workers, too: add `--workers 50`",
            ),
        ] {
            assert_eq!(refusal(line, &[], ""), expected);
        }
    }

    #[test]
    fn a_manifest_says_itself_how_workers_are_started() {
        let line = ["--print-manifest", "kubernetes", "--workers", "50"];
        let cluster = options(&line, &[], "").cluster;
        assert_eq!((cluster.manifest, cluster.launch.unwrap().workers()), (Some(ManifestKind::Kubernetes), 50));
        let text = refusal(&[&line[..], &["--launch", "srun -n {n} {command}"]].concat(), &[], "");
        assert!(text.starts_with("--launch: has no effect with --print-manifest"), "{text}");
    }

    #[test]
    fn what_needs_a_load_of_one_process_is_refused() {
        for (line, part) in [
            (&["--ui"][..], "--ui changes the load"),
            (&["--requests-csv", "x.csv"], "--requests-csv has a line"),
            (&["--against", "main"], "--against starts servers"),
        ] {
            let text = refusal(&[&["--workers", "2"], line].concat(), &[], "");
            assert!(text.starts_with("--workers: ") && text.contains(part), "{text}");
            options(line, &[], "");
        }
    }
}
