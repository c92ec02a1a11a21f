//! What proxies ask for, as it was worked out before.
//!
//! A proxy asks the same question again and again, and to read it takes as long as to check a key.
//! So each worker remembers those that it was asked last, for as long as the resource servers stay as
//! they are.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::App;
use crate::cache::resource_servers::ResourceServers;
use crate::domain::resource_server::ResourceServer;
use crate::domain::verification::Demand;

/// How many questions a worker remembers. A proxy asks one for each of its locations.
const MOST: usize = 32;

/// The longest question that is remembered, in bytes.
const LONGEST: usize = 512;

/// The demand of a question. Where it is not known, `read` works it out over the resource servers that
/// there are, and says whether it may be kept: a question may hold no secret.
///
/// # Errors
/// Those of `read`.
pub fn remembered<E>(
    app: &App,
    question: &str,
    read: impl FnOnce(&[Arc<ResourceServer>]) -> Result<(Demand, bool), E>,
) -> Result<Rc<Demand>, E> {
    thread_local! {
        static REMEMBERED: RefCell<Remembered> = const { RefCell::new(Remembered::nothing()) };
    }
    let servers = app.resource_servers();
    let found = REMEMBERED.with_borrow(|remembered| remembered.find(&servers, question));
    if let Some(demand) = found {
        return Ok(demand);
    }
    let (demand, may_be_kept) = read(servers.all())?;
    let demand = Rc::new(demand);
    if may_be_kept && question.len() <= LONGEST {
        REMEMBERED.with_borrow_mut(|remembered| remembered.keep(&servers, question, &demand));
    }
    Ok(demand)
}

/// Questions, the one that was asked first at the front.
struct Remembered {
    /// Those that the questions were answered by.
    servers: Option<Arc<ResourceServers>>,
    demands: Vec<(Box<str>, Rc<Demand>)>,
}

impl Remembered {
    const fn nothing() -> Self {
        Self {
            servers: None,
            demands: Vec::new(),
        }
    }

    fn is_of(&self, servers: &Arc<ResourceServers>) -> bool {
        let known = self.servers.as_ref();
        known.is_some_and(|known| Arc::ptr_eq(known, servers))
    }

    fn find(&self, servers: &Arc<ResourceServers>, question: &str) -> Option<Rc<Demand>> {
        if !self.is_of(servers) {
            return None;
        }
        let mut demands = self.demands.iter();
        let (_, demand) = demands.find(|(known, _)| **known == *question)?;
        Some(Rc::clone(demand))
    }

    fn keep(&mut self, servers: &Arc<ResourceServers>, question: &str, demand: &Rc<Demand>) {
        if !self.is_of(servers) {
            self.demands.clear();
            self.servers = Some(Arc::clone(servers));
        }
        if self.demands.len() == MOST {
            self.demands.remove(0);
        }
        self.demands.push((question.into(), Rc::clone(demand)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::issuer::Issuer;

    fn servers() -> Arc<ResourceServers> {
        let issuer = Issuer::parse("https://auth.example.com").unwrap();
        Arc::new(ResourceServers::new(&issuer, Vec::new()).unwrap())
    }

    fn demand_of(servers: &ResourceServers) -> Rc<Demand> {
        Rc::new(Demand::new(servers.all(), None, Vec::new()).unwrap())
    }

    #[test]
    fn the_oldest_question_gives_way() {
        let servers = servers();
        let mut remembered = Remembered::nothing();
        for number in 0..=MOST {
            let question = format!("scope=s{number}");
            assert!(remembered.find(&servers, &question).is_none());
            remembered.keep(&servers, &question, &demand_of(&servers));
            assert!(remembered.find(&servers, &question).is_some());
        }
        assert_eq!(remembered.demands.len(), MOST);
        assert!(remembered.find(&servers, "scope=s0").is_none());
        assert!(remembered.find(&servers, "scope=s1").is_some());
    }

    #[test]
    fn nothing_outlives_the_resource_servers() {
        let (before, after) = (servers(), servers());
        let mut remembered = Remembered::nothing();
        remembered.keep(&before, "", &demand_of(&before));
        assert!(remembered.find(&after, "").is_none());
        remembered.keep(&after, "scope=a", &demand_of(&after));
        assert_eq!(remembered.demands.len(), 1);
        assert!(remembered.find(&after, "").is_none());
    }
}
