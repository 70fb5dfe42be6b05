//! The kinds of things that wait for somebody.

/// A kind of thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToDo {
    /// Applied and waiting for admission.
    Admit,
    /// Takes part and was not invited to an account.
    Invite,
    /// Can no longer complete without a make-up session.
    MakeUp,
    /// A requirement was breached.
    Breached,
    /// Everything is met: the certificate can be issued.
    IssueCertificate,
    /// Has a certificate that the judgement does not cover any more.
    CertificateUncovered,
    /// Takes part in the practicum and has no place.
    Unplaced,
    /// Notified, no answer from the office yet.
    AwaitingOffice,
    /// A session was held and attendance is missing.
    RecordAttendance,
    /// Offices whose row in the open data looks wrong.
    SuspiciousOffice,
    /// Offices with capacity that the newest open data no longer lists.
    VanishedOffice,
    /// Notices that came back or could not be sent.
    UndeliveredNotice,
    /// Mails that have waited for long, and go out at a word only.
    OldMail,
    /// Letters to be printed.
    PrintLetter,
    /// Practicums that are over and whose record is not signed off.
    RecordOverdue,
    /// Offices that have applied: their applications are to be checked.
    CheckRegistration,
    /// Applications that wait for the prefecture's decision.
    DecideRegistration,
    /// Cohorts whose texts are shredded within a month.
    RetentionEnding,
    /// Acts that wait for a second person.
    Proposal,
    /// It is time to look again at who has an account.
    ReviewAccounts,
    /// Days without a backup, where they are too many.
    BackupMissing,
}
