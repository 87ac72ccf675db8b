// What an export can be made for.

import type { ExportTarget } from "../backend";

export interface Target {
  readonly key: ExportTarget;
  readonly word: string;
  readonly hint: string;
  /** Whether its template can be JSON as well as YAML. */
  readonly both: boolean;
}

export const TARGETS: readonly Target[] = [
  { key: "sam", word: "AWS SAM", hint: "two files", both: true },
  { key: "cloudformation", word: "CloudFormation", hint: "one template", both: true },
  { key: "terraform", word: "Terraform", hint: "also OpenTofu", both: false },
  { key: "cdk-ts", word: "CDK TypeScript", hint: "construct, app", both: false },
  { key: "cdk-py", word: "CDK Python", hint: "construct, app", both: false },
  { key: "serverless", word: "Serverless", hint: "v3 and osls", both: false },
  { key: "pulumi", word: "Pulumi", hint: "TypeScript", both: false },
  { key: "iam", word: "IAM policy", hint: "permissions alone", both: false },
];

export function targetOf(key: ExportTarget): Target {
  const found = TARGETS.find((target) => target.key === key);
  if (!found) throw new Error(`there is no target ${key}`);
  return found;
}
