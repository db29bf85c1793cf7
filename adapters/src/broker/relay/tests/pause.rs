use std::time::Duration;

use crate::broker::relay::pause::Pause;

#[test]
fn pauses_grow_to_a_bound_with_jitter() {
    let mut pause = Pause::shortest();
    let pauses: Vec<_> = std::iter::repeat_with(|| pause.next()).take(50).collect();
    for (at, most) in [(0, 100), (1, 200), (2, 400), (3, 800), (4, 1_600), (49, 1_600)] {
        let most = Duration::from_millis(most);
        assert!((most / 2..=most).contains(&pauses[at]), "{at}: {:?}", pauses[at]);
    }
    assert!(pauses[5..].windows(2).any(|pair| pair[0] != pair[1]));
}
