//! One hostile user at full speed, and a witness that sends ordinary requests.

pub mod attack;
pub mod attacks;
pub mod witness;

use std::time::Duration;

use super::costs::worst_data::WorstData;
use super::figure;
use super::process::until_idle;
use attack::Attack;
use witness::Witness;

/// The timed requests of a phase: enough that the 99th percentile is not the maximum.
const SAMPLES: usize = 300;
/// How much longer the requests of the witness may take beside an attack.
const RATIO: f64 = 10.0;
/// The least 99th percentile that counts: shorter ones are noise of the scheduler.
const FLOOR: Duration = Duration::from_millis(5);
/// The most rounds of an attack: on a busy machine, other processes slow the witness down too.
const ROUNDS: usize = 5;
/// The time limit until the server is idle after an attack.
const END: Duration = Duration::from_mins(2);

/// Runs an attack beside the witness, which must never be refused and hardly be slower in the best of
/// several rounds. Each round compares a quiet phase with a hostile one.
///
/// # Errors
/// A sentence that names the attack, where the witness was refused, or too slow in all rounds.
pub async fn withstands(data: &WorstData, attack: &Attack) -> Result<(), String> {
    let name = attack.name;
    let mut witness = Witness::new(data);
    let mut best = f64::INFINITY;
    let process = data.leopard.process();
    for _ in 0..ROUNDS {
        until_idle(process, END).await;
        let quiet = witness.p99(SAMPLES).await?;
        let hostile = attack.start(data);
        hostile.until_at_full_speed().await;
        let beside = witness.p99(SAMPLES).await;
        let responses = hostile.stop().await;
        let beside = beside.map_err(|refused| format!("{name}: {refused}"))?;
        let ratio = beside.as_secs_f64() / quiet.max(FLOOR).as_secs_f64();
        best = best.min(ratio);
        figure::print(&format!(
            "{name}: p99 of the witness {quiet:?} alone, {beside:?} beside the attack, \
             {ratio:.1} times as long; the attacker's responses: {responses:?}"
        ));
        if best <= RATIO {
            return Ok(());
        }
    }
    Err(format!("{name}: the witness takes {best:.1} times as long"))
}
