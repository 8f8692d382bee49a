//! What a table of settings is turned into.

/// Makes the enum of all settings and the struct of one layer's values from the rows of the table.
///
/// A row is `Key "example" => field: Type as Variant { … }`, where `Variant` is the
/// [`SettingValue`](super::value::SettingValue) that holds a `Type`, and the braces hold fields of
/// [`SettingSpec`](super::table::SettingSpec). A setting of the test itself has no type, as no layer but the attribute
/// gives it.
macro_rules! settings {
    (
        $(#[$key_attribute:meta])*
        pub enum $Key:ident;

        $(#[$settings_attribute:meta])*
        pub struct $Settings:ident;

        test { $( $TestKey:ident $test_example:literal => $test_name:ident { $($test_spec:tt)* } )* }

        load { $(
            $LoadKey:ident $example:literal => $field:ident: $Type:ty as $Variant:ident { $($spec:tt)* }
        )* }
    ) => {
        $(#[$key_attribute])*
        pub enum $Key {
            $( #[doc = concat!("`", $test_example, "`")] $TestKey, )*
            $( #[doc = concat!("`", $example, "`")] $LoadKey, )*
        }

        impl $Key {
            const COUNT: usize = $Key::LOAD.len() + [$(stringify!($TestKey)),*].len();

            /// Every setting, those of the test itself first.
            pub const ALL: [$Key; $Key::COUNT] = [$($Key::$TestKey,)* $($Key::$LoadKey,)*];

            /// The settings that shape the load: the attribute, `proofload.toml` and its profiles may give each of them.
            pub const LOAD: [$Key; [$(stringify!($LoadKey)),*].len()] = [$($Key::$LoadKey),*];

            /// Its row of the table.
            pub const fn spec(self) -> &'static SettingSpec {
                match self {
                    $( $Key::$TestKey => const {
                        &SettingSpec {
                            name: stringify!($test_name), example: $test_example, $($test_spec)* ..SettingSpec::PLAIN
                        }
                    }, )*
                    $( $Key::$LoadKey => const {
                        &SettingSpec { name: stringify!($field), example: $example, $($spec)* ..SettingSpec::PLAIN }
                    }, )*
                }
            }
        }

        $(#[$settings_attribute])*
        pub struct $Settings {
            $( #[doc = concat!("`", $example, "`")] pub $field: Option<$Type>, )*
        }

        impl $Settings {
            /// Puts `value` in the place of `key`; gives it back if the setting is of another type.
            pub(super) fn put(&mut self, key: $Key, value: SettingValue) -> Result<(), SettingValue> {
                match (key, value) {
                    $( ($Key::$LoadKey, SettingValue::$Variant(value)) => self.$field = Some(value), )*
                    (_, value) => return Err(value),
                }
                Ok(())
            }

            /// True if this layer gives `key`.
            pub fn has(&self, key: $Key) -> bool {
                match key {
                    $( $Key::$LoadKey => self.$field.is_some(), )*
                    $( $Key::$TestKey => false, )*
                }
            }

            pub(super) fn clear(&mut self, key: $Key) {
                match key {
                    $( $Key::$LoadKey => self.$field = None, )*
                    $( $Key::$TestKey => {} )*
                }
            }

            /// This layer, and where it gives nothing the `other`.
            pub(super) fn or(self, other: $Settings) -> $Settings {
                $Settings { $( $field: self.$field.or(other.$field), )* }
            }
        }
    };
}
pub(super) use settings;
