/// The commands of a context, from one table: what each is, and by which `type` a `CloudEvent` says it.
///
/// Makes `Command` and `Kind`, and how a command is read, written and recognised. The context itself
/// says which values cannot be (`Command::check`) and whom a command is about. Commands that never come
/// from outside stand in the second part. It needs `serde_json` where it is used.
#[macro_export]
macro_rules! commands {
    (
        from outside {
            $($(#[doc = $doc:literal])+ $name:ident($data:ty) = $ce_type:literal,)+
        }
        never from outside {
            $($(#[doc = $inner_doc:literal])+ $inner:ident($inner_data:ty),)+
        }
    ) => {
        /// A command, about one customer or about the tenant.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Command {
            $($(#[doc = $doc])+ $name($data),)+
            $($(#[doc = $inner_doc])+ $inner($inner_data),)+
        }

        /// Which command; producers name it by the fact it states.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`", $ce_type, "`")] $name,)+
        }

        impl Kind {
            /// Every kind, with the `type` a `CloudEvent` says it by.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$name, $ce_type)),+];

            /// The `type` a `CloudEvent` says it by.
            pub fn ce_type(self) -> &'static str {
                Self::ALL.iter().find(|(it, _)| *it == self).map_or("", |(_, ce_type)| ce_type)
            }

            /// The kind a `CloudEvent` of this `type` asks for.
            pub fn of_type(ce_type: &str) -> Option<Self> {
                Self::ALL.iter().find(|(_, it)| *it == ce_type).map(|(kind, _)| *kind)
            }
        }

        impl Command {
            /// Reads the data of a command strictly, then refuses every value that cannot be.
            pub fn read(kind: Kind, data: &[u8]) -> Result<Self, $crate::Invalid> {
                let command = match kind {
                    $(Kind::$name => $crate::read_data(data).map(Self::$name),)+
                };
                let command = command.map_err(|error| $crate::Invalid(vec![error]))?;
                command.check()?;
                Ok(command)
            }

            /// Which command it is; none if it never comes from outside.
            fn kind(&self) -> Option<Kind> {
                Some(match self {
                    $(Self::$name(_) => Kind::$name,)+
                    $(Self::$inner(_) => return None,)+
                })
            }

            /// The data of the command, as a producer writes it; nothing if it never comes from
            /// outside.
            pub fn write(&self) -> Vec<u8> {
                let written = match self {
                    $(Self::$name(it) => serde_json::to_vec(it),)+
                    $(Self::$inner(_) => return Vec::new(),)+
                };
                // Ids, dates and numbers can always be written.
                written.unwrap_or_default()
            }

            /// What is asked, as [`events::Cause::digest_of`] says it.
            pub fn digest(&self) -> u64 {
                events::Cause::digest_of(self.kind().map_or("", Kind::ce_type), &self.write())
            }
        }
    };
}
