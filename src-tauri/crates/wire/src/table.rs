//! The macro behind the command table.

/// Declares every command once. Yields the trait [`Commands`] that the backend implements, [`NAMES`], [`dispatch`] for the
/// adapters, and the TypeScript type `Commands` that maps a name to its request and response.
macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident($request:ty) -> $response:ty;)*) => {
        /// The names of all commands, in the order of the table.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// What a backend can do.
        pub trait Commands: Send + Sync {
            $($(#[doc = $doc])*
            fn $name(&self, request: $request) -> impl Future<Output = Result<$response, Failure>> + Send;)*
        }

        /// Runs the command `name` with a JSON request, for adapters that carry JSON.
        ///
        /// # Errors
        /// `Code::BadRequest` for an unknown name or a request of the wrong shape; otherwise what the command answers.
        pub async fn dispatch<C: Commands>(
            commands: &C,
            name: &str,
            request: serde_json::Value,
        ) -> Result<serde_json::Value, Failure> {
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_value(request)
                        .map_err(|error| Failure::new(Code::BadRequest, format!("{name}: {error}")))?;
                    let response = commands.$name(request).await?;
                    serde_json::to_value(response)
                        .map_err(|error| Failure::new(Code::Unexpected, format!("{name}: {error}")))
                })*
                _ => Err(Failure::new(Code::BadRequest, format!("there is no command {name:?}"))),
            }
        }

        /// The TypeScript declarations of everything that crosses the border.
        pub fn bindings() -> String {
            let config = ts_rs::Config::new().with_large_int("number");
            let mut declarations = $crate::bindings::Declarations::new(&config);
            $(declarations.add::<$request>();
            declarations.add::<$response>();)*
            declarations.add::<Notice>();
            declarations.add::<Failure>();
            let mut table = String::from("/** Every command: its request and its response. */\nexport interface Commands {\n");
            $(table.push_str(&$crate::bindings::doc_comment(&[$($doc),*]));
            table.push_str(&format!(
                "  {}: [{}, {}];\n",
                stringify!($name),
                <$request as ts_rs::TS>::name(&config),
                <$response as ts_rs::TS>::name(&config)
            ));)*
            table.push_str("}\n");
            declarations.finish(&table)
        }
    };
}
