//! The routes of this area: path, who may, and the handler.

use super::{entry, link, second_factor, sign_in, user};
use crate::shell::access::{ADMINISTRATOR, Access, EVERYBODY};
use crate::shell::route::{Route, act, view};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        view("/sign-in", Access::Public, sign_in::show),
        act("/sign-in", Access::Public, sign_in::submit),
        view("/sign-in/link/{token}", Access::Public, link::link),
        act("/sign-in/link/{token}", Access::Public, link::use_link),
        view("/sign-in/code", Access::Public, link::code),
        act("/sign-in/code", Access::Public, link::use_code),
        view("/sign-in/ask", Access::Public, link::ask),
        act("/sign-in/ask", Access::Public, link::asked),
        view("/sign-in/second", Access::Public, entry::second),
        act("/sign-in/second", Access::Public, entry::use_second),
        view("/second-factor", EVERYBODY, second_factor::show).without_trace(),
        act("/second-factor", EVERYBODY, second_factor::confirm).without_trace(),
        act("/second-factor/begin", EVERYBODY, second_factor::begin).without_trace(),
        act("/second-factor/codes", EVERYBODY, second_factor::renew).without_trace(),
        act("/second-factor/end", EVERYBODY, second_factor::end).without_trace(),
        act("/users/{user}/second-factor", ADMINISTRATOR, second_factor::ask_reset),
        act("/users/{user}/second-factor/decide", ADMINISTRATOR, second_factor::decide_reset),
        act("/sign-out", EVERYBODY, sign_in::sign_out).without_trace(),
        view("/language/{language}", Access::Public, sign_in::language),
        view("/password", EVERYBODY, user::own_password).without_trace(),
        act("/password", EVERYBODY, user::change_own_password).without_trace(),
        act("/password/sessions", EVERYBODY, user::end_session).without_trace(),
        view("/users", ADMINISTRATOR, user::list),
        act("/users", ADMINISTRATOR, user::create),
        view("/users/{user}", ADMINISTRATOR, user::show),
        act("/users/{user}", ADMINISTRATOR, user::change),
        act("/users/{user}/link", ADMINISTRATOR, user::send_link),
        act("/users/{user}/active", ADMINISTRATOR, user::set_active),
        act("/users/{user}/password", ADMINISTRATOR, user::reset_password),
    ]
}
