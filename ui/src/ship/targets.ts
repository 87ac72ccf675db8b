// What an export can be made for.

import type { ExportTarget } from "../backend";

export interface Target {
  readonly key: ExportTarget;
  readonly word: string;
  readonly hint: string;
  /** Whether its template can be JSON as well as YAML. */
  readonly both: boolean;
  /** The language that a reference to an own resource is written in, and an example. */
  readonly words: string;
  readonly example: string;
}

export const TARGETS: readonly Target[] = [
  {
    key: "sam",
    word: "AWS SAM",
    hint: "two files",
    both: true,
    words: "cloudformation",
    example: "OrdersTable or Charge.Arn",
  },
  {
    key: "cloudformation",
    word: "CloudFormation",
    hint: "one template",
    both: true,
    words: "cloudformation",
    example: "OrdersTable or Charge.Arn",
  },
  {
    key: "terraform",
    word: "Terraform",
    hint: "also OpenTofu",
    both: false,
    words: "terraform",
    example: "aws_dynamodb_table.orders.name",
  },
  {
    key: "cdk-ts",
    word: "CDK TypeScript",
    hint: "construct, app",
    both: false,
    words: "cdk-ts",
    example: "ordersTable.tableName",
  },
  {
    key: "cdk-py",
    word: "CDK Python",
    hint: "construct, app",
    both: false,
    words: "cdk-py",
    example: "orders_table.table_name",
  },
  {
    key: "serverless",
    word: "Serverless",
    hint: "v3 and osls",
    both: false,
    words: "cloudformation",
    example: "OrdersTable or Charge.Arn",
  },
  { key: "pulumi", word: "Pulumi", hint: "TypeScript", both: false, words: "pulumi", example: "ordersTable.name" },
  { key: "iam", word: "IAM policy", hint: "permissions alone", both: false, words: "iam", example: "" },
];

export function targetOf(key: ExportTarget): Target {
  const found = TARGETS.find((target) => target.key === key);
  if (!found) throw new Error(`there is no target ${key}`);
  return found;
}
