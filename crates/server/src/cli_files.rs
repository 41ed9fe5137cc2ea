//! The commands that carry files in and out, as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::SignInArgs;

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The files; what each is, its bytes say
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Says what each file would make, and makes nothing
    #[arg(long)]
    pub preview: bool,
    /// With whom the chats were, by her name or her id; without it she who is called as the file says
    #[arg(long, value_name = "NAME")]
    pub character: Option<String>,
    /// Makes another character also from a card that was imported before
    #[arg(long)]
    pub again: bool,
}

/// The form of a character as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CharacterFormat {
    /// A card of the third version, as JSON
    JsonV3,
    /// A card of the second version, as JSON
    JsonV2,
    /// Her picture with both inside
    Png,
    /// An archive with the card, her picture and her files
    Charx,
}

/// The form of a chat as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChatFormat {
    /// As SillyTavern writes it, with swipes
    SillyTavern,
    /// As Agnai exports it
    Agnai,
    /// As RisuAI exports it
    Risu,
    /// As tools save chats of Character.AI
    CharacterAi,
}

/// The form of a lorebook as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BookFormat {
    /// A file of its own, as V3 has it
    LorebookV3,
    /// The world file of SillyTavern
    World,
    /// The object of a card
    CharacterBook,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// A character of yours, as a card
    Character {
        /// Her name, or her id
        character: String,
        #[arg(long, value_enum, default_value_t = CharacterFormat::Png)]
        format: CharacterFormat,
        #[command(flatten)]
        export: ExportArgs,
    },
    /// A chat, as another program writes it
    Chat {
        /// Its id
        session: String,
        #[arg(long, value_enum, default_value_t = ChatFormat::SillyTavern)]
        format: ChatFormat,
        #[command(flatten)]
        export: ExportArgs,
    },
    /// A lorebook of yours
    Lorebook {
        /// Its id
        lorebook: String,
        #[arg(long, value_enum, default_value_t = BookFormat::LorebookV3)]
        format: BookFormat,
        #[command(flatten)]
        export: ExportArgs,
    },
    /// All that is yours, as one archive: characters, lorebooks, chats, memories, and what you shared
    Everything {
        #[command(flatten)]
        export: ExportArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// The file to write, which must not be there yet; `-` is the output [default: what the server calls it, here]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
