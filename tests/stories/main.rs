//! Stories over HTTP on SQLite and on PostgreSQL, and the command as a script sees it, in one binary: what they all link is linked once.

#![allow(clippy::unwrap_used)]
// A story is told from its beginning to its end.
#![allow(clippy::too_many_lines)]

mod account;
mod account_safety;
mod acts_of_two;
mod arrangement;
mod asvs;
mod attachment;
mod attendance;
mod backup;
mod batches;
mod bulk;
mod class_lists;
mod command;
mod compare_command;
mod consent;
mod courses;
mod crowd;
mod doors;
mod entrance;
mod erasure;
mod exercise_group;
mod files;
mod guideline;
mod hardening;
mod invitation;
mod make_up;
mod office_link;
mod office_list;
mod old_mail;
mod opening;
mod paper;
mod place_anew;
mod place_command;
mod placement;
mod placement_answers;
mod practicum;
mod registration;
mod registry;
mod retention;
mod routes;
mod serving;
mod stage;
mod support;
mod timetable;
mod unprintable;
mod whole_course;
mod whole_year;
mod witness;
mod works;
