use std::sync::{Arc, Mutex};

use super::switchboard::{Switchboard, login};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::mailbox::{Bell, Gain, Watermark};
use crate::port::MockNotificationRepository;
use crate::service::stream::Sweep;

fn bell(user: i64, head: i64) -> Bell {
    Bell {
        user: UserId(user),
        head,
        state: 0,
        notification: None,
    }
}

#[tokio::test]
async fn each_sweep_rings_for_what_the_log_gained_since_the_last_one() {
    let gains = Mutex::new(vec![
        Ok((vec![(1, 43)], 30)),
        Err(Failure::Unavailable("away".to_owned())),
        Ok((vec![(1, 42), (2, 7)], 20)),
        Ok((vec![], 10)),
    ]);
    let since = Arc::new(Mutex::new(vec![]));
    let asked = since.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_gained_since().returning(move |watermark| {
        asked.lock().unwrap().push(watermark.map(|mark| mark.0));
        let (heads, mark) = gains.lock().unwrap().pop().unwrap()?;
        Ok(Gain {
            heads: heads
                .into_iter()
                .map(|(user, head)| (UserId(user), head))
                .collect(),
            watermark: Watermark(mark),
        })
    });
    let switchboard = Switchboard::default();
    let beginning = Sweep::begin(Arc::new(store), switchboard.with(vec![]));
    let mut sweep = beginning.await.unwrap();
    let rung = || std::mem::take(&mut *switchboard.rung.lock().unwrap());

    assert_eq!(rung(), []);
    let expected = vec![bell(1, 42), bell(2, 7)];
    assert_eq!((sweep.ring_gains().await, rung()), (Ok(()), expected));
    assert!(sweep.ring_gains().await.is_err());
    assert_eq!(rung(), []);
    assert_eq!(
        (sweep.ring_gains().await, rung()),
        (Ok(()), vec![bell(1, 43)])
    );
    assert_eq!(*since.lock().unwrap(), [None, Some(10), Some(20), Some(20)]);
}

#[tokio::test]
async fn streams_that_nothing_is_told_cost_a_sweep_nothing() {
    for idle in [0, 1, 10_000] {
        let mut store = MockNotificationRepository::new();
        // Whatever else a sweep asks of the store is a panic.
        store.expect_gained_since().times(2).returning(|watermark| {
            let heads = watermark.map(|_| (UserId(1), 42));
            Ok(Gain {
                heads: heads.into_iter().collect(),
                watermark: Watermark(10),
            })
        });
        let logins = (0..idle).map(|other| login(other + 2, None));
        let switchboard = Switchboard::default();
        let subscriber = switchboard.with(logins.collect());
        let mut sweep = Sweep::begin(Arc::new(store), subscriber).await.unwrap();
        assert_eq!(sweep.ring_gains().await, Ok(()));
        assert_eq!(*switchboard.rung.lock().unwrap(), [bell(1, 42)]);
    }
}
