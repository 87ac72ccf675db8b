//! Everything that `arn:aws:states:::aws-sdk:SERVICE:ACTION` can call: some 460 services and 20,000 actions.
//!
//! The facts come from the service models of `botocore`; `generate/generate.py` reduces them to `data/aws-sdk.bin` and documents
//! the format. The index (names) is unpacked when the catalogue is first asked, the shapes of a service when that service is.
//! Unpacked text is kept for the life of the process, at most some 5 MB if every service is looked at.

use std::sync::{LazyLock, OnceLock};

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::shapes::Model;

static DATA: &[u8] = include_bytes!("../data/aws-sdk.bin");
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(DATA).unwrap_or_default());

/// No text of the data file is longer, unpacked.
const LONGEST_TEXT: usize = 8 << 20;

#[derive(Debug, Default)]
pub struct Catalogue {
    /// Where the facts come from, such as `botocore 1.44.5`.
    pub source: &'static str,
    /// By name.
    pub services: Vec<Service>,
    dictionary: Vec<u8>,
}

#[derive(Debug)]
pub struct Service {
    /// As it stands in a Resource: `cloudwatchlogs`.
    pub name: &'static str,
    /// What people call it: `Amazon S3`.
    pub title: &'static str,
    /// What it is called in full: `Amazon Simple Storage Service`.
    pub full_title: &'static str,
    /// What its error names begin with: `CloudWatchLogs`.
    pub error_prefix: &'static str,
    /// What its actions are called in IAM: `logs`.
    pub iam_prefix: &'static str,
    pub standing: Standing,
    /// By name.
    pub operations: Vec<Operation>,
    packed: &'static [u8],
    model: OnceLock<Model>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// On the list of services that workflows can call.
    Listed,
    /// Not (yet) on that list: a call may be refused.
    Unlisted,
    /// Gone from the SDK; workflows may still name it.
    Retired,
}

#[derive(Debug)]
pub struct Operation {
    /// As the service spells it: `DescribeDBInstances`.
    pub name: &'static str,
    /// As it stands in a Resource: `describeDBInstances`.
    pub action: String,
    /// Workflows cannot call it: streams, or withdrawn.
    pub refused: bool,
}

/// The catalogue; unpacking its index takes a few milliseconds, once.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

impl Catalogue {
    pub fn service(&self, name: &str) -> Option<&Service> {
        let at = self.services.binary_search_by(|service| service.name.cmp(name)).ok()?;
        self.services.get(at)
    }

    fn read(data: &'static [u8]) -> Option<Self> {
        let data = data.strip_prefix(b"SWC1")?;
        let (index_length, data) = data.split_first_chunk::<4>()?;
        let (dictionary_length, data) = data.split_first_chunk::<4>()?;
        let (index, data) = data.split_at_checked(u32::from_le_bytes(*index_length) as usize)?;
        let (dictionary, mut blobs) = data.split_at_checked(u32::from_le_bytes(*dictionary_length) as usize)?;
        let dictionary = unpack(dictionary, &[])?;
        let mut lines = text(unpack(index, &[])?)?.lines();
        let source = lines.next()?;
        let mut services = Vec::new();
        while let (Some(service), Some(operations)) = (lines.next(), lines.next()) {
            let mut parts = service.splitn(6, ',');
            let mut next = || parts.next();
            let (name, error_prefix, iam_prefix, standing) = (next()?, next()?, next()?, next()?);
            let (packed, rest) = blobs.split_at_checked(next()?.parse().ok()?)?;
            blobs = rest;
            let full_title = next()?;
            services.push(Service {
                name,
                title: familiar_title(name).unwrap_or(full_title),
                full_title,
                error_prefix,
                iam_prefix,
                standing: match standing {
                    "l" => Standing::Listed,
                    "r" => Standing::Retired,
                    _ => Standing::Unlisted,
                },
                operations: operations.split(',').map(Operation::read).collect(),
                packed,
                model: OnceLock::new(),
            });
        }
        Some(Self { source, services, dictionary })
    }
}

/// Titles of services that nobody calls by their full ones, and of those that share one.
fn familiar_title(name: &str) -> Option<&'static str> {
    Some(match name {
        "acmpca" => "AWS Private CA",
        "comprehendmedical" => "Amazon Comprehend Medical",
        "costexplorer" => "AWS Cost Explorer",
        "docdb" => "Amazon DocumentDB",
        "dax" => "Amazon DAX",
        "ebs" => "Amazon EBS",
        "ec2" => "Amazon EC2",
        "ecr" => "Amazon ECR",
        "ecrpublic" => "Amazon ECR Public",
        "ecs" => "Amazon ECS",
        "efs" => "Amazon EFS",
        "eks" => "Amazon EKS",
        "elasticloadbalancingv2" => "Elastic Load Balancing V2",
        "firehose" => "Amazon Data Firehose",
        "iam" => "AWS IAM",
        "ivs" => "Amazon IVS",
        "ivschat" => "Amazon IVS Chat",
        "ivsrealtime" => "Amazon IVS Real-Time",
        "kendra" => "Amazon Kendra",
        "kinesisanalyticsv2" => "Amazon Kinesis Analytics V2",
        "kms" => "AWS KMS",
        "rds" => "Amazon RDS",
        "s3" => "Amazon S3",
        "sagemaker" => "Amazon SageMaker",
        "ses" => "Amazon SES",
        "sesv2" => "Amazon SES V2",
        "sns" => "Amazon SNS",
        "sqs" => "Amazon SQS",
        "ssm" => "AWS Systems Manager",
        "ssmincidents" => "AWS Incident Manager",
        "ssmcontacts" => "AWS Incident Manager Contacts",
        "sso" => "AWS IAM Identity Center",
        "sts" => "AWS STS",
        "swf" => "Amazon SWF",
        _ => return None,
    })
}

impl Service {
    /// Finds an action however its capitals are written.
    pub fn operation(&self, action: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name.eq_ignore_ascii_case(action))
    }

    /// The shapes of its operations.
    pub(crate) fn model(&self) -> &Model {
        self.model.get_or_init(|| {
            let blob = unpack(self.packed, &catalogue().dictionary).and_then(text);
            debug_assert!(blob.is_some(), "the blob of {} is whole", self.name);
            Model::read(blob.unwrap_or_default(), &self.operations)
        })
    }
}

impl Operation {
    fn read(text: &'static str) -> Self {
        let name = text.strip_suffix('-').unwrap_or(text);
        Self { name, action: uncapitalize(name), refused: name.len() < text.len() }
    }
}

/// Lower-cases the leading capitals up to the one that begins the next word, as the SDK for Java does.
fn uncapitalize(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at].is_ascii_uppercase() && !bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase) {
        at += 1;
    }
    let (head, tail) = name.split_at_checked(at).unwrap_or((name, ""));
    head.to_ascii_lowercase() + tail
}

fn text(bytes: Vec<u8>) -> Option<&'static str> {
    // Read once for each part of the file, so what is leaked is bounded by the file.
    Some(String::from_utf8(bytes).ok()?.leak())
}

/// Raw deflate, where the text may refer back into `dictionary`.
fn unpack(packed: &[u8], dictionary: &[u8]) -> Option<Vec<u8>> {
    let mut out = dictionary.to_vec();
    let (mut read, mut written) = (0, out.len());
    out.resize(written + packed.len() * 5 + 64, 0);
    let mut state = DecompressorOxide::new();
    loop {
        let (status, taken, given) = decompress(
            &mut state,
            packed.get(read..)?,
            &mut out,
            written,
            inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
        );
        read += taken;
        written += given;
        match status {
            TINFLStatus::Done => {
                out.truncate(written);
                return Some(out.split_off(dictionary.len()));
            }
            TINFLStatus::HasMoreOutput if out.len() < LONGEST_TEXT => out.resize(out.len() * 2, 0),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_file_is_readable() {
        let catalogue = catalogue();
        assert!(catalogue.source.starts_with("botocore "), "{}", catalogue.source);
        assert!(catalogue.services.len() > 400);
        assert!(catalogue.services.iter().map(|service| service.operations.len()).sum::<usize>() > 18_000);
        assert!(catalogue.services.is_sorted_by_key(|service| service.name));
        for service in &catalogue.services {
            service.model().check(service.name, service.operations.len());
        }
    }

    #[test]
    fn a_cut_or_foreign_file_gives_no_catalogue() {
        assert!(Catalogue::read(b"").is_none());
        assert!(Catalogue::read(b"SWC1\xff\xff\xff\xff\x00\x00\x00\x00").is_none());
        assert!(Catalogue::read(&DATA[..DATA.len() / 2]).is_none(), "the blobs are missing");
        assert!(Catalogue::read(&DATA[..2000]).is_none());
    }

    #[test]
    fn actions_are_written_like_the_sdk_for_java_writes_methods() {
        for (operation, action) in [
            ("GetObject", "getObject"),
            ("DescribeDBInstances", "describeDBInstances"),
            ("ListObjectsV2", "listObjectsV2"),
        ] {
            assert_eq!(uncapitalize(operation), action);
        }
        assert_eq!(uncapitalize(""), "");
    }
}
