//! A carrier without a server, that can be cut and silenced.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use leopard_core::domain::id::UserId;
use tokio::sync::{broadcast, watch};

use crate::broker::local::Turnover;
use crate::broker::relay::{Carrier, Line, Listener, Lost, Speaker, Tuner, Word};

/// What it does with words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Nobody can connect, and nothing comes.
    Cut,
    /// What is said is lost.
    Silent,
}

/// All nodes in it hear each other; clones are the same.
#[derive(Clone)]
pub(super) struct Air {
    words: broadcast::Sender<Word>,
    weather: Arc<watch::Sender<Weather>>,
    /// Whose updates are heard.
    tuned: Arc<Mutex<BTreeSet<UserId>>>,
}

impl Air {
    pub(super) fn new() -> Self {
        Self {
            words: broadcast::Sender::new(1_000),
            weather: Arc::new(watch::Sender::new(Weather::Fair)),
            tuned: Arc::default(),
        }
    }

    /// The same air, but with a weather of its own.
    pub(super) fn count_on_other_nodes(&self) -> Self {
        Self {
            words: self.words.clone(),
            ..Self::new()
        }
    }

    pub(super) fn becomes(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    pub(super) fn tuned(&self) -> Vec<i64> {
        let tuned = self.tuned.lock().unwrap();
        tuned.iter().map(|user| user.0).collect()
    }

    fn is(&self, weather: Weather) -> bool {
        *self.weather.borrow() == weather
    }

    fn check(&self) -> Result<(), Lost> {
        if self.is(Weather::Cut) {
            return Err(Lost::because("it is cut"));
        }
        Ok(())
    }
}

#[async_trait]
impl Carrier for Air {
    fn name(&self) -> &'static str {
        "air"
    }

    async fn connect(&self) -> Result<Line, Lost> {
        self.check()?;
        self.tuned.lock().unwrap().clear();
        Ok(Line {
            speaker: Box::new(self.clone()),
            listener: Box::new(Ear(self.words.subscribe(), self.weather.subscribe())),
            tuner: Some(Box::new(self.clone())),
        })
    }
}

#[async_trait]
impl Speaker for Air {
    async fn say(&mut self, words: &[Word]) -> Result<(), Lost> {
        self.check()?;
        for word in words.iter().filter(|_| !self.is(Weather::Silent)) {
            // There may be nobody who hears it.
            let _ = self.words.send(*word);
        }
        Ok(())
    }
}

#[async_trait]
impl Tuner for Air {
    async fn tune(&mut self, turnover: &Turnover) -> Result<(), Lost> {
        self.check()?;
        let mut tuned = self.tuned.lock().unwrap();
        tuned.extend(&turnover.come);
        tuned.retain(|user| !turnover.gone.contains(user));
        Ok(())
    }
}

struct Ear(broadcast::Receiver<Word>, watch::Receiver<Weather>);

#[async_trait]
impl Listener for Ear {
    async fn hear(&mut self) -> Result<Vec<Word>, Lost> {
        tokio::select! {
            word = self.0.recv() => word.map(|word| vec![word]).map_err(Lost::because),
            _ = self.1.wait_for(|weather| *weather == Weather::Cut) => Err(Lost::because("cut")),
        }
    }
}
