//! Completion: the facts it is judged by, the judgement, and the certificate's number.

pub mod certificate;
pub mod facts;
pub mod judgement;
pub mod verdict;
