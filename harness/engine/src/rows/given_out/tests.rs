use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::*;
use crate::clock::Clock;
use crate::http::{ConnectionPolicy, HttpResources, TransportOptions};
use crate::measure::{Phase, WorkerLog};
use crate::stop::Stop;
use crate::user::UserSlot;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Account {
    name: String,
    balance: u32,
}

fn account(name: &str, balance: u32) -> Account {
    Account { name: name.to_owned(), balance }
}

fn csv(text: &str) -> Result<Vec<Account>, RowsError> {
    read_csv::read(Path::new("data/accounts.csv"), text.as_bytes())
}

fn json(text: &str) -> Result<Vec<Account>, RowsError> {
    read_json::read(Path::new("data/accounts.json"), text.as_bytes())
}

fn refusal<T: Debug>(read: Result<T, RowsError>) -> String {
    read.unwrap_err().to_string()
}

fn user(seed: u64) -> User {
    user_of(PartShare::WHOLE, seed)
}

fn user_of(part: PartShare, seed: u64) -> User {
    let timeout = Duration::from_secs(1);
    let worker = WorkerLog::new(timeout, &Arc::default());
    let resources = HttpResources::new(timeout, ConnectionPolicy::default(), TransportOptions::default());
    User::new(UserSlot {
        number: 0,
        part,
        seed,
        log: worker.user(None),
        set_up_log: worker.user(Some(Phase::Outside)),
        clock: Clock::start(),
        stop: Stop::default(),
        resources: Rc::new(resources),
        timeout,
    })
}

#[test]
fn a_head_names_the_columns_of_csv_in_any_order() {
    let rows = csv("balance,name\n7,Ada\n9,\"Grace, H.\"\n").unwrap();
    assert_eq!(rows, [account("Ada", 7), account("Grace, H.", 9)]);
}

#[test]
fn json_is_an_array_or_a_line_for_each_row() {
    let expected = [account("Ada", 7), account("Grace", 9)];
    assert_eq!(json(r#" [{"name":"Ada","balance":7}, {"name":"Grace","balance":9}]"#).unwrap(), expected);
    let lines = "{\"name\":\"Ada\",\"balance\":7}\n\n{\"name\":\"Grace\",\"balance\":9}\r\n";
    assert_eq!(json(lines).unwrap(), expected);
}

#[test]
fn a_row_that_cannot_be_read_is_named_with_its_line_and_column_and_without_its_text() {
    let number = refusal(csv("name,balance\nAda,7\nGrace,secret\n"));
    assert_eq!(
        number,
        "`data/accounts.csv`: row 2 (line 3), column `balance`: cannot be read as a whole number of its type: invalid \
         digit found in string"
    );
    let missing = refusal(csv("name,credit\nAda,7\n"));
    assert!(missing.starts_with("`data/accounts.csv`: row 1 (line 2): missing field `balance`"), "{missing}");
    assert!(missing.ends_with("; the head has: name, credit"), "{missing}");
    let short = refusal(csv("name,balance\nAda,7\nGrace\n"));
    assert_eq!(short, "`data/accounts.csv`: row 2 (line 3): it has 1 cells, and the head has 2");
    let line = refusal(json("{\"name\":\"Ada\",\"balance\":7}\n{\"name\":\"Grace\"}\n"));
    assert!(line.starts_with("`data/accounts.json`: row 2 (line 2): missing field `balance`"), "{line}");
    let of_array = refusal(json(r#"[{"name":"Ada","balance":-7}]"#));
    assert!(of_array.starts_with("`data/accounts.json`: row 1: invalid value"), "{of_array}");
    assert!(refusal(json("[{]")).starts_with("`data/accounts.json`: it is no array of JSON"));
}

#[test]
fn a_file_without_rows_or_that_is_not_there_says_what_to_do() {
    for empty in ["", "name,balance\n"] {
        assert!(refusal(csv(empty)).contains("`data/accounts.csv` has no rows: expected a head"), "{empty:?}");
    }
    for empty in ["", " \n", "[]"] {
        assert!(refusal(json(empty)).contains("has no rows: expected an array of rows"), "{empty:?}");
    }
    let missing = Rows::<Account>::csv("data/nowhere.csv").unwrap_err().to_string();
    assert!(missing.starts_with("cannot read the rows of `data/nowhere.csv`: "), "{missing}");
    assert!(missing.contains("a path is relative to the package of the test, which is "), "{missing}");
}

#[test]
fn rows_come_in_the_order_of_the_file_and_from_the_first_again() {
    let rows = Rows::new(Path::new("letters"), vec!['a', 'b', 'c']);
    let (mut one, mut other) = (user(1), user(2));
    let given = [rows.next(&mut one), rows.next(&mut other), rows.next(&mut one), rows.next(&mut one)];
    let given = given.map(|row| *row.unwrap());
    assert_eq!(given, ['a', 'b', 'c', 'a']);
}

#[test]
fn in_order_each_row_is_given_once_whatever_the_threads_do() {
    let rows = Rows::new(Path::new("numbers"), (0..10_000).collect::<Vec<u32>>()).stop();
    let take_all = || {
        let mut user = user(1);
        std::iter::from_fn(|| rows.next(&mut user).ok().copied()).collect::<Vec<u32>>()
    };
    let mut all: Vec<u32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take_all)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    all.sort_unstable();
    assert_eq!(all, rows.all());
}

#[test]
fn processes_that_offer_a_load_together_give_out_each_row_once() {
    let letters = || Rows::new(Path::new("letters"), ('a'..='h').collect()).stop();
    let given = |rows: &Rows<char>, index| {
        let mut user = user_of(PartShare { index, of: 3 }, 1);
        std::iter::from_fn(|| rows.next(&mut user).ok().copied()).collect::<String>()
    };
    assert_eq!([0, 1, 2].map(|index| given(&letters().of_all_processes(), index)), ["adg", "beh", "cf"]);
    let mut alone = user(1);
    let rows = letters().of_all_processes();
    assert!(
        rows.all().iter().all(|letter| rows.next(&mut alone).is_ok_and(|row| row == letter)),
        "one process has all"
    );
    assert_eq!(given(&letters(), 1), "abcdefgh", "one user of this process has read them");
}

#[cfg(feature = "cluster")]
#[test]
fn rows_that_were_handed_over_are_those_of_all_processes() {
    let rows = Rows::new(Path::new("letters"), vec!['a', 'b', 'c', 'd']);
    assert!(!rows.is_of_all_processes);
    let written = serde_json::to_string(&rows).unwrap();
    let read: Rows<char> = serde_json::from_str(&written).unwrap();
    let mut user = user_of(PartShare { index: 1, of: 2 }, 1);
    assert_eq!([(); 3].map(|()| *read.next(&mut user).unwrap()), ['b', 'd', 'b']);
}

#[test]
fn random_rows_are_the_users_own_choice_and_the_same_for_the_same_seed() {
    let rows = Rows::new(Path::new("numbers"), (0..10).collect::<Vec<u32>>()).random().stop();
    let draws = |seed| {
        let mut user = user(seed);
        (0..100).map(|_| *rows.next(&mut user).unwrap()).collect::<Vec<u32>>()
    };
    assert_eq!(draws(1), draws(1));
    assert_ne!(draws(1), draws(2));
    assert!((0..10).all(|row| draws(1).contains(&row)), "every row is drawn at some time");
}

#[test]
fn rows_that_stop_say_so_after_the_last_one() {
    let rows = Rows::new(Path::new("data/letters.csv"), vec!['a']).stop();
    let mut user = user(1);
    assert_eq!(rows.next(&mut user).unwrap(), &'a');
    assert_eq!(rows.next(&mut user).unwrap_err().to_string(), "the 1 rows of `data/letters.csv` are used up");
}

#[test]
fn a_csv_file_names_its_columns_and_json_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, json) = (folder.path().join("rows.csv"), folder.path().join("rows.json"));
    std::fs::write(&csv, "\u{feff}id,\"full name\"\n7,Ann\n").unwrap();
    std::fs::write(&json, "[[7]]").unwrap();
    assert_eq!(Rows::<Vec<String>>::csv(csv).unwrap().columns(), ["id", "full name"]);
    assert!(Rows::<Vec<u32>>::json(json).unwrap().columns().is_empty());
}
