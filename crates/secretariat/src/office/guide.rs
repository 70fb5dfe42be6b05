//! Whose trainees a person of an office deals with.

use records::placement::Placement;

/// A person of an office: the account of one supervisor, who guides, or that of the office as a whole, which receives. Nobody by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Guide {
    pub office: Option<i64>,
    /// `None`: the account is the office's.
    pub supervisor: Option<i64>,
}

impl Guide {
    /// The account of a whole office.
    pub fn of_office(office: i64) -> Guide {
        Guide { office: Some(office), supervisor: None }
    }

    /// Who guides by the placement that holds, of all a trainee had.
    pub fn named_for(placements: &[Placement]) -> Guide {
        let holds = placements.iter().find(|placement| placement.state.takes_place());
        holds.map_or_else(Guide::default, |placement| Guide {
            office: Some(placement.host_office_id),
            supervisor: placement.supervisor_id,
        })
    }

    /// Does this placement concern the guide? A supervisor's own trainees, and those of the office whom nobody guides yet: somebody has to
    /// accept them.
    pub fn concerns(self, placement: &Placement) -> bool {
        let own = match (self.supervisor, placement.supervisor_id) {
            (Some(own), Some(named)) => own == named,
            _ => true,
        };
        Some(placement.host_office_id) == self.office && own
    }

    /// May the guide read what the trainee writes, and decide on it? A supervisor, and once it is named who guides, that person alone; never
    /// the account of the office as a whole.
    pub fn reads(self, placement: &Placement) -> bool {
        self.concerns(placement) && self.supervisor.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use training::practicum::placement::PlacementState;

    #[test]
    fn who_deals_with_a_trainee_and_who_reads() {
        let placement = |supervisor_id| Placement {
            id: 1,
            round_id: 1,
            enrolment_id: 1,
            host_office_id: 7,
            supervisor_id,
            window_index: 0,
            distance_m: None,
            fixed: false,
            untold: false,
            state: PlacementState::Accepted,
            version: 1,
            trainee_number: String::new(),
            trainee_name: String::new(),
            office_number: String::new(),
            office_name: String::new(),
        };
        let supervisor = |office, id| Guide { office: Some(office), supervisor: Some(id) };
        for (guide, named, concerns, reads) in [
            (Guide::of_office(7), None, true, false),
            (Guide::of_office(7), Some(1), true, false),
            (supervisor(7, 1), None, true, true),
            (supervisor(7, 1), Some(1), true, true),
            (supervisor(7, 2), Some(1), false, false),
            (supervisor(8, 1), Some(1), false, false),
            (Guide::default(), None, false, false),
        ] {
            let placement = placement(named);
            assert_eq!((guide.concerns(&placement), guide.reads(&placement)), (concerns, reads), "{guide:?} {named:?}");
        }
    }
}
