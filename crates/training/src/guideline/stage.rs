//! The stages of the care-management process (別添1 3(1), 4(1)イ ¶2), as an edition lists them and a supplement changes the list.

use serde::{Deserialize, Serialize};

/// A stage that can be experienced on a case. Whether it has to be is what the requirements say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Small letters, digits and `_`; the same id means the same everywhere.
    pub id: String,
    pub title: String,
    pub title_en: String,
    /// For a stage of the care conference: which part of it, as the practicum supervisor explains it when none is held.
    #[serde(default)]
    pub conference: Option<ConferencePart>,
}

/// What the practicum supervisor explains when no conference is held in the period (別添1 4(1)イ ¶2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConferencePart {
    Preparation,
    /// The conference itself: here one sits in.
    Proceedings,
}

/// The stage of an id, if it is in the list.
pub fn find<'a>(stages: &'a [Stage], id: &str) -> Option<&'a Stage> {
    stages.iter().find(|stage| stage.id == id)
}

/// The list with what a supplement adds, in the order it names, if it names one; what such an order leaves out has no row in the
/// record. The reason, if it cannot be.
pub(super) fn listed(known: &[Stage], added: &[Stage], order: Option<&[String]>) -> Result<Vec<Stage>, String> {
    if let Some(twice) = added.iter().find(|stage| find(known, &stage.id).is_some()) {
        return Err(format!("the stage {:?} is there already; give yours another id", twice.id));
    }
    let all: Vec<Stage> = known.iter().chain(added).cloned().collect();
    let Some(order) = order else { return Ok(all) };
    let mut stages: Vec<Stage> = Vec::new();
    for id in order {
        let stage = find(&all, id).ok_or_else(|| format!("there is no stage {id:?}; add it as a [[stage]]"))?;
        if find(&stages, id).is_some() {
            return Err(format!("stages names {id:?} twice"));
        }
        stages.push(stage.clone());
    }
    match added.iter().find(|stage| find(&stages, &stage.id).is_none()) {
        Some(left_out) => Err(format!("stages leaves out {:?}, which is added here; name it or drop it", left_out.id)),
        None => Ok(stages),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supplement_adds_leaves_out_and_orders() {
        let stages = |ids: &[&str]| -> Vec<Stage> {
            let stage =
                |id: &&str| Stage { id: (*id).into(), title: "x".into(), title_en: "x".into(), conference: None };
            ids.iter().map(stage).collect()
        };
        let known = stages(&["intake", "plan", "monitoring"]);
        for (added, order, expected) in [
            (&[][..], None, Ok(&["intake", "plan", "monitoring"][..])),
            (&["closing"], None, Ok(&["intake", "plan", "monitoring", "closing"])),
            (&[], Some(&["monitoring", "plan"][..]), Ok(&["monitoring", "plan"])),
            (&["screening"], Some(&["screening", "plan"]), Ok(&["screening", "plan"])),
            (&["plan"], None, Err("there already")),
            (&[], Some(&["closing"]), Err("no stage \"closing\"")),
            (&[], Some(&["plan", "plan"]), Err("twice")),
            (&["closing"], Some(&["plan"]), Err("leaves out \"closing\"")),
        ] {
            let order: Option<Vec<String>> = order.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
            let found = listed(&known, &stages(added), order.as_deref());
            match expected {
                Ok(ids) => assert_eq!(found, Ok(stages(ids)), "{added:?} {order:?}"),
                Err(part) => assert!(found.as_ref().unwrap_err().contains(part), "{added:?} {order:?}: {found:?}"),
            }
        }
    }
}
