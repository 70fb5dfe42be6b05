//! What every page stands in: the page and its answers, forms, who may come in, sessions, languages, static files.

#[macro_use]
pub(crate) mod locale;

pub(crate) mod access;
pub(crate) mod desk;
pub(crate) mod download;
pub(crate) mod form;
pub(crate) mod form_again;
mod form_of_page;

pub(crate) mod looks_personal;
mod origin;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod prepare;
pub(crate) mod problem;
mod problem_page;
pub(crate) mod proof;
mod proposed;
pub(crate) mod route;
pub(crate) mod search;
pub(crate) mod static_files;
pub(crate) mod store;
pub(crate) mod view;
pub(crate) mod watching;
