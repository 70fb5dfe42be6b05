//! Contract of a provider's own templates of papers.

use super::{Place, actor, provider};
use records::Error;
use records::certificate::paper::PaperTemplate;

pub(super) async fn a_template_is_the_providers_own(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let template = |source: &str, number| PaperTemplate { paper: "evaluation".into(), source: source.into(), number };
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    assert_eq!(work.paper_templates().await.unwrap(), []);
    work.publish_paper_template(&template("first", 0)).await.unwrap();
    assert!(matches!(work.publish_paper_template(&template("late", 0)).await, Err(Error::LostUpdate)));
    work.publish_paper_template(&template("", 1)).await.unwrap();
    assert!(matches!(work.publish_paper_template(&template("late", 1)).await, Err(Error::LostUpdate)));
    assert_eq!(work.paper_templates().await.unwrap(), [template("", 2)]);
    work.commit().await.unwrap();
    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert_eq!(work.paper_templates().await.unwrap(), []);
    work.publish_paper_template(&template("theirs", 0)).await.unwrap();
    work.commit().await.unwrap();
    let mut work = place.records.read(actor(provider_a)).await.unwrap();
    assert_eq!(work.paper_templates().await.unwrap(), [template("", 2)]);
}
