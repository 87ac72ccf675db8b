//! Distributed Maps and their files: a folder stands for each bucket.
//!
//! `<buckets>/<Bucket>/<Key>` is the object `Key`. Keys cannot lead out of their bucket. ResultWriter writes real files.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use machine::{Dataset, DatasetRequest, Failure, ResultFile};
use query::{Text, Value};

/// Larger objects are refused; the service's own limit for one is far above what a local trial needs.
const MAX_OBJECT_BYTES: u64 = 512 * 1024 * 1024;
/// A listing ends with an error here rather than filling the memory.
const MAX_KEYS: usize = 1_000_000;
/// Folders nested deeper are not walked: a link may lead in circles.
const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone, Default)]
pub struct Buckets {
    /// Nothing: every dataset fails with a message that says what to do.
    root: Option<PathBuf>,
}

impl Buckets {
    /// The folder whose folders are the buckets.
    pub fn at(root: impl Into<PathBuf>) -> Buckets {
        Buckets { root: Some(root.into()) }
    }

    /// The usual place for a definition: the folder `buckets` beside it.
    pub fn beside(definition: &Path) -> Buckets {
        Buckets { root: definition.parent().map(|folder| folder.join("buckets")) }
    }

    pub fn read(&self, request: &DatasetRequest) -> Result<Dataset, Failure> {
        self.try_read(request).map_err(|cause| Failure::new("States.ItemReaderFailed", cause))
    }

    /// Writes every file, each as a whole.
    pub fn write(&self, request: &DatasetRequest, files: &[ResultFile]) -> Result<(), Failure> {
        self.try_write(request, files).map_err(|cause| Failure::new("States.ResultWriterFailed", cause))
    }

    fn try_read(&self, request: &DatasetRequest) -> Result<Dataset, String> {
        let arguments = Arguments(&request.arguments);
        let bucket = self.bucket(arguments.text("Bucket")?)?;
        if request.resource.ends_with(":listObjectsV2") {
            let entries = list(&bucket, arguments.text("Prefix").unwrap_or_default())?;
            return Ok(Dataset::Listing { entries });
        }
        let text = read_object(&bucket, arguments.text("Key")?)?;
        if request.input_type.as_deref() != Some("MANIFEST") {
            return Ok(Dataset::Object { text });
        }
        let objects = self.manifest_objects(&text, arguments.text("Bucket")?)?;
        Ok(Dataset::Manifest { manifest: text, objects })
    }

    /// The objects an inventory's manifest names, in its order.
    fn manifest_objects(&self, manifest: &str, own_bucket: &str) -> Result<Vec<Text>, String> {
        let manifest = Value::parse(manifest).map_err(|error| format!("the manifest is not JSON: {error}"))?;
        let bucket = manifest.get("destinationBucket").and_then(Value::as_str).unwrap_or(own_bucket);
        let bucket = self.bucket(bucket.rsplit(":::").next().unwrap_or(bucket))?;
        let files = manifest.get("files").and_then(Value::as_array).ok_or("the manifest names no files")?;
        let mut objects = Vec::with_capacity(files.len());
        for file in files.iter() {
            let key = file.get("key").and_then(Value::as_str).ok_or("a file of the manifest has no key")?;
            if key.ends_with(".gz") {
                return Err(format!("{key} is compressed; put the unpacked file in its place"));
            }
            objects.push(read_object(&bucket, key)?);
        }
        Ok(objects)
    }

    fn try_write(&self, request: &DatasetRequest, files: &[ResultFile]) -> Result<(), String> {
        let bucket = self.bucket(Arguments(&request.arguments).text("Bucket")?)?;
        for file in files {
            let path = object_path(&bucket, &file.key)?;
            let folder = path.parent().unwrap_or(&bucket);
            let temporary = path.with_extension("stepwright-part");
            let written = fs::create_dir_all(folder)
                .and_then(|()| fs::write(&temporary, file.text.as_bytes()))
                .and_then(|()| fs::rename(&temporary, &path));
            written.map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }

    fn bucket(&self, name: &str) -> Result<PathBuf, String> {
        let plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', '\0']);
        if !plain {
            return Err(format!("{name:?} cannot be the name of a bucket"));
        }
        let Some(root) = &self.root else {
            return Err(format!(
                "there is no folder for the bucket {name}: save the workflow, then put it into `buckets` beside the file"
            ));
        };
        Ok(root.join(name))
    }
}

struct Arguments<'a>(&'a Value);

impl<'a> Arguments<'a> {
    fn text(&self, name: &str) -> Result<&'a str, String> {
        self.0.get(name).and_then(Value::as_str).ok_or_else(|| format!("the argument {name} is missing or not text"))
    }
}

fn object_path(bucket: &Path, key: &str) -> Result<PathBuf, String> {
    let path = Path::new(key);
    let inside = !key.is_empty()
        && !key.contains(['\\', '\0'])
        && path.components().all(|part| matches!(part, Component::Normal(_)));
    if inside { Ok(bucket.join(path)) } else { Err(format!("the key {key:?} does not lead into the bucket")) }
}

fn read_object(bucket: &Path, key: &str) -> Result<Text, String> {
    let path = object_path(bucket, key)?;
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("The specified key does not exist: there is no file {}", path.display()),
        _ => format!("{}: {error}", path.display()),
    };
    let size = fs::metadata(&path).map_err(missing)?.len();
    if size > MAX_OBJECT_BYTES {
        return Err(format!("{}: {size} bytes are too many", path.display()));
    }
    let text = fs::read_to_string(&path).map_err(missing)?;
    Text::try_new(text.into()).ok_or_else(|| format!("{}: too long", path.display()))
}

/// All objects whose keys begin with `prefix`, in the order of their keys.
fn list(bucket: &Path, prefix: &str) -> Result<Value, String> {
    if !bucket.is_dir() {
        return Err(format!("The specified bucket does not exist: there is no folder {}", bucket.display()));
    }
    let mut found = Vec::new();
    walk(bucket, "", 0, prefix, &mut found)?;
    found.sort();
    let mut text = String::from("[");
    for (at, (key, size, modified)) in found.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let key_text = Value::string(key).compact();
        let tag = format!("{:032x}", u128::from(*size) << 64 | u128::from(*modified));
        text.push_str(&format!(
            r#"{comma}{{"Etag":"\"{tag}\"","Key":{key_text},"LastModified":{modified},"Size":{size},"StorageClass":"STANDARD"}}"#
        ));
    }
    text.push(']');
    Value::parse(&text).map_err(|error| format!("the listing: {error}"))
}

fn walk(
    folder: &Path,
    at: &str,
    depth: usize,
    prefix: &str,
    found: &mut Vec<(String, u64, u64)>,
) -> Result<(), String> {
    let fail = |error: io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let key = format!("{at}{name}");
        let metadata = fs::metadata(entry.path()).map_err(fail)?;
        if metadata.is_dir() {
            let below = format!("{key}/");
            if depth < MAX_DEPTH && (below.starts_with(prefix) || prefix.starts_with(&below)) {
                walk(&entry.path(), &below, depth + 1, prefix, found)?;
            }
        } else if key.starts_with(prefix) {
            if found.len() >= MAX_KEYS {
                return Err(format!("more than {MAX_KEYS} objects"));
            }
            let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            found.push((key, metadata.len(), modified.map_or(0, |time| time.as_secs())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use machine::{EffectId, StateRef};

    use super::*;

    fn request(action: &str, arguments: &str, input_type: Option<&str>) -> DatasetRequest {
        DatasetRequest {
            effect: EffectId(1),
            state: StateRef(0),
            state_name: "Map".into(),
            resource: format!("arn:aws:states:::s3:{action}").into(),
            arguments: Value::parse(arguments).expect("JSON"),
            input_type: input_type.map(Text::from),
        }
    }

    #[test]
    fn objects_listings_and_manifests() {
        let folder = tempfile::tempdir().expect("a folder");
        let bucket = folder.path().join("orders");
        fs::create_dir_all(bucket.join("in/deep")).expect("created");
        for (key, text) in [
            ("in/b.csv", "x"),
            ("in/deep/a.csv", "yy"),
            ("out.json", "[1]"),
            ("m.json", r#"{"files": [{"key": "in/b.csv"}]}"#),
        ] {
            fs::write(bucket.join(key), text).expect("written");
        }
        let buckets = Buckets::at(folder.path());
        let object = buckets
            .read(&request("getObject", r#"{"Bucket": "orders", "Key": "out.json"}"#, Some("JSON")))
            .expect("read");
        assert_eq!(object, Dataset::Object { text: "[1]".into() });
        let Dataset::Listing { entries } =
            buckets.read(&request("listObjectsV2", r#"{"Bucket": "orders", "Prefix": "in/"}"#, None)).expect("read")
        else {
            panic!("a listing");
        };
        let keys: Vec<_> =
            entries.as_array().expect("a list").iter().map(|entry| entry.get("Key").and_then(Value::as_str)).collect();
        assert_eq!(keys, [Some("in/b.csv"), Some("in/deep/a.csv")]);
        let manifest = buckets
            .read(&request("getObject", r#"{"Bucket": "orders", "Key": "m.json"}"#, Some("MANIFEST")))
            .expect("read");
        assert!(matches!(manifest, Dataset::Manifest { objects, .. } if objects == [Text::from("x")]));
    }

    #[test]
    fn results_are_files_and_keys_stay_in_their_bucket() {
        let folder = tempfile::tempdir().expect("a folder");
        let buckets = Buckets::at(folder.path().join("buckets"));
        let target = request("putObject", r#"{"Bucket": "results", "Prefix": "p"}"#, None);
        buckets
            .write(&target, &[ResultFile { key: "p/run/manifest.json".into(), text: "{}".into() }])
            .expect("written");
        assert_eq!(fs::read_to_string(folder.path().join("buckets/results/p/run/manifest.json")).expect("there"), "{}");
        let outside =
            buckets.write(&target, &[ResultFile { key: "../../evil".into(), text: "".into() }]).expect_err("refused");
        assert_eq!(outside.error(), "States.ResultWriterFailed");
        for arguments in [
            r#"{"Bucket": "..", "Key": "x"}"#,
            r#"{"Bucket": "results", "Key": "/etc/passwd"}"#,
            r#"{"Bucket": "gone", "Key": "x"}"#,
            "{}",
        ] {
            let failure = buckets.read(&request("getObject", arguments, None)).expect_err("refused");
            assert_eq!(failure.error(), "States.ItemReaderFailed", "{arguments}");
        }
    }
}
