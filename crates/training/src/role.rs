//! Who acts: the roles of the people who sign in.

use serde::{Deserialize, Serialize};

/// A role decides what a signed-in person may see and do. One person has one role at one provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the installation for a provider: everything the secretariat may, plus users and reversals.
    Administrator,
    /// 事務局: runs the training.
    Secretariat,
    /// 都道府県: sees results and figures, never a case.
    Prefecture,
    /// 講師: takes attendance.
    Instructor,
    /// 実習指導者: sees the trainees placed at the own host office.
    Supervisor,
    /// 受講者: sees the own record.
    Trainee,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Administrator, Role::Secretariat, Role::Prefecture, Role::Instructor, Role::Supervisor, Role::Trainee];

    /// The name used in files, the database and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::Secretariat => "secretariat",
            Role::Prefecture => "prefecture",
            Role::Instructor => "instructor",
            Role::Supervisor => "supervisor",
            Role::Trainee => "trainee",
        }
    }

    /// Reads [`Role::id`] back.
    pub fn from_id(id: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.id() == id)
    }
}
