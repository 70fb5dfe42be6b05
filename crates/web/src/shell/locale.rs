//! Japanese first, English by a switch. Message ids are checked when Kensan is built.

use fluent_bundle::FluentValue;
use i18n_embed::fluent::FluentLanguageLoader;
use i18n_embed::unic_langid::LanguageIdentifier;
use i18n_embed::{LanguageLoader, unic_langid};
use rust_embed::RustEmbed;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "i18n"]
struct Messages;

/// A language the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Japanese,
    English,
}

static JAPANESE: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load("ja"));
static ENGLISH: LazyLock<FluentLanguageLoader> = LazyLock::new(|| load("en"));

fn load(tag: &str) -> FluentLanguageLoader {
    let language =
        |tag: &str| tag.parse::<LanguageIdentifier>().unwrap_or_else(|_| unic_langid::LanguageIdentifier::default());
    let loader = FluentLanguageLoader::new("web", language("ja"));
    if let Err(error) = loader.load_languages(&Messages, &[language(tag)]) {
        tracing::error!(%error, tag, "the messages cannot be loaded");
    }
    // Isolation marks would be copied along with every number.
    loader.set_use_isolating(false);
    loader
}

impl Language {
    pub fn tag(self) -> &'static str {
        match self {
            Language::Japanese => "ja",
            Language::English => "en",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Language> {
        [Language::Japanese, Language::English].into_iter().find(|language| language.tag() == tag)
    }

    pub fn loader(self) -> &'static FluentLanguageLoader {
        match self {
            Language::Japanese => &JAPANESE,
            Language::English => &ENGLISH,
        }
    }

    /// One of two texts that data carries in both languages.
    pub fn either<'a>(self, japanese: &'a str, english: &'a str) -> &'a str {
        match self {
            Language::Japanese => japanese,
            Language::English => english,
        }
    }
}

/// A value put into a message.
pub(crate) fn argument<'a>(value: impl Into<FluentValue<'a>>) -> FluentValue<'a> {
    value.into()
}

/// A message in the page's language: `t!(page, "id", name = value)`.
macro_rules! t {
    ($page:expr, $id:literal $(, $key:ident = $value:expr)* $(,)?) => {
        i18n_embed_fl::fl!($page.language.loader(), $id $(, $key = $crate::shell::locale::argument($value))*)
    };
}
