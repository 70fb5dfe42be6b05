//! What a notice is refused for.

/// What a notice is refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeRefusal {
    #[error("the text mentions what such a notice does not know: {}", .0.join(", "))]
    UnknownVariables(Vec<String>),
    #[error("{field} has more than {most} letters")]
    MessageTooLong { field: &'static str, most: usize },
    #[error("the same message was sent to everybody of them today")]
    SaidToday,
    #[error("whom the notice went to and what it said was erased at the end of its time")]
    Erased,
    #[error("there is nobody to write to")]
    NobodyToTell,
}
