//! What a certificate refuses, and what it refuses to others.

/// What a certificate refuses, and what it refuses to others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateRefusal {
    #[error("the certificate has been revoked")]
    Revoked,
    #[error("a certificate stands for this enrolment; revoke it first")]
    CertificateStands,
    #[error("the certificate {number} of {name} rests on it; revoke the certificate first")]
    CertificateCovers { name: String, number: String },
}
