//! Searches in long texts: every store finds exactly the tasks for which the filter of the core matches.

use crate::commit::Commit;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter::{SearchText, TaskFilter};
use leopard_core::domain::task::{NewTask, Task, TaskScope};
use leopard_core::domain::text::Text;
use leopard_core::port::TaskQuery;

use crate::Backend;
use crate::fixtures::{new_task, users};
use crate::rng::{Rng, Seed};

/// Characters with a meaning in patterns or SQL, or whose length depends on their case.
const CHARACTERS: [&str; 16] =
    ["%", "_", "\\", "'", "\"", "*", "?", "[", "]", "a", "A", "ß", "İ", "Σ", "\n", "𝔞"];
const LONGEST_DETAIL: u64 = 20_000;
const TASKS: usize = 12;
const SEARCHES: usize = 150;

/// Random characters, few different ones per text, so that texts are similar.
fn text(rng: &mut Rng, length: u64) -> String {
    let few = [*rng.pick(&CHARACTERS), *rng.pick(&CHARACTERS), *rng.pick(&CHARACTERS)];
    (0..length).map(|_| *rng.pick(&few)).collect()
}

fn length(rng: &mut Rng, most: u64) -> u64 {
    let most = *rng.pick(&[1, 3, 40, most]);
    rng.among(1..=most)
}

/// A part of the detail of a task, sometimes with one character changed, or any text.
fn search(rng: &mut Rng, tasks: &[Task]) -> String {
    let longest = SearchText::MAX as u64;
    let length = usize::try_from(length(rng, longest)).expect("a small number");
    if rng.among(0..=3) == 0 {
        return text(rng, length as u64);
    }
    let detail: Vec<char> = rng.pick(tasks).detail.chars().collect();
    let last = detail.len().saturating_sub(length) as u64;
    let from = usize::try_from(rng.among(0..=last)).expect("a small number");
    let mut part: Vec<char> = detail.into_iter().skip(from).take(length).collect();
    if rng.among(0..=2) == 0 {
        let character = rng.pick(&CHARACTERS).chars().next().expect("a character");
        let place = rng.among(0..=part.len() as u64 - 1);
        part[usize::try_from(place).expect("a small number")] = character;
    }
    part.into_iter().collect()
}

async fn fill(backend: &Backend, owner: UserId, rng: &mut Rng) -> Vec<Task> {
    let mut tasks = Vec::with_capacity(TASKS);
    while tasks.len() < TASKS {
        let length = length(rng, LONGEST_DETAIL);
        // Blank details are refused.
        let Ok(detail) = Text::new(text(rng, length)) else {
            continue;
        };
        let insert = NewTask { detail, ..new_task(owner, "Title") };
        let insert = TaskChange::insert(insert, vec![]);
        tasks.push(backend.tasks.store(insert).await.expect("a task").task);
    }
    tasks
}

pub async fn search_finds_exactly_the_containing_texts(backend: &Backend) {
    let seed = Seed::of_this_test();
    let mut rng = seed.rng(0);
    let [ana] = users(backend, ["ana"]).await;
    let tasks = fill(backend, ana, &mut rng).await;
    let mut found_some = 0;
    for _ in 0..SEARCHES {
        let text = search(&mut rng, &tasks);
        let filter = TaskFilter {
            search: SearchText::new(&text).expect("a search text"),
            ..TaskFilter::default()
        };
        let wanted = tasks.iter().filter(|task| filter.matches(task));
        let mut wanted: Vec<_> = wanted.map(|task| task.id).collect();
        let query = TaskQuery {
            filter,
            ..TaskQuery::all_of(ana, TaskScope::Involving(ana), PageRequest::first(100))
        };
        let found = backend.tasks.list(query).await.expect("a page");
        let mut found: Vec<_> = found.items.iter().map(|task| task.id).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{text:?}");
        found_some += usize::from(!found.is_empty() && found.len() < TASKS);
    }
    assert!(found_some > SEARCHES / 10, "only {found_some} searches found some tasks and not all");
}
