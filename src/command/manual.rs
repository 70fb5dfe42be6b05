//! `manual`: the man page and what shells complete, made from the commands themselves.

use crate::Arguments;
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Manual {
    form: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// The man page, all commands in it
    Man,
    /// Completion for bash
    Bash,
    /// Completion for zsh
    Zsh,
    /// Completion for fish
    Fish,
}

impl Manual {
    pub fn run(self) -> Result {
        let mut command = Arguments::command();
        let shell = match self.form {
            Form::Man => None,
            Form::Bash => Some(Shell::Bash),
            Form::Zsh => Some(Shell::Zsh),
            Form::Fish => Some(Shell::Fish),
        };
        let mut made = Vec::new();
        match shell {
            Some(shell) => clap_complete::generate(shell, &mut command, "kensan", &mut made),
            None => man(command, &mut made).map_err(|error| Failure::Operator(error.to_string()))?,
        }
        let text = String::from_utf8_lossy(&made).into_owned();
        Ok(Outcome::new(json!({ "text": text }), text))
    }
}

/// The page of the command, then a section for each of its subcommands.
fn man(mut command: clap::Command, made: &mut Vec<u8>) -> std::io::Result<()> {
    command.build();
    let page = clap_mangen::Man::new(command.clone());
    page.render_title(made)?;
    page.render_name_section(made)?;
    page.render_synopsis_section(made)?;
    page.render_description_section(made)?;
    page.render_options_section(made)?;
    sections(&command, made)
}

fn sections(command: &clap::Command, made: &mut Vec<u8>) -> std::io::Result<()> {
    for subcommand in command.get_subcommands().filter(|known| known.get_name() != "help") {
        let name = subcommand.get_display_name().unwrap_or(subcommand.get_name()).replace('-', " ").to_uppercase();
        made.extend(format!(".SH \"{name}\"\n").bytes());
        let page = clap_mangen::Man::new(subcommand.clone());
        let mut section = Vec::new();
        page.render_synopsis_section(&mut section)?;
        page.render_description_section(&mut section)?;
        if subcommand.get_arguments().next().is_some() {
            page.render_options_section(&mut section)?;
        }
        made.extend(String::from_utf8_lossy(&section).replace(".SH ", ".SS ").bytes());
        sections(subcommand, made)?;
    }
    Ok(())
}
