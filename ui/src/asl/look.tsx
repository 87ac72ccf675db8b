// How a state looks wherever it appears: icon, tone, and the words for its kind.

import {
  Archive,
  Bell,
  BrainCircuit,
  Clock,
  CalendarClock,
  CircleCheck,
  CircleX,
  Cloud,
  Cog,
  Combine,
  Container,
  CircleHelp,
  Columns3,
  Database,
  Globe,
  Hammer,
  HardHat,
  Layers,
  ListOrdered,
  type LucideIcon,
  MoveRight,
  Repeat2,
  SearchCode,
  ServerCog,
  Sparkles,
  Split,
  SquareFunction,
  Webhook,
  Workflow,
} from "lucide-react";
import type { ReactElement } from "react";

import type { GraphNode, GraphNodeKind } from "../backend";

/** A hue: tasks are warm, flow is violet, data is teal, ends are grey. */
export type Tone = "task" | "flow" | "data" | "end";

const KINDS: Record<GraphNodeKind, { icon: LucideIcon; tone: Tone; word: string }> = {
  task: { icon: Cog, tone: "task", word: "Task" },
  pass: { icon: MoveRight, tone: "data", word: "Pass" },
  choice: { icon: Split, tone: "flow", word: "Choice" },
  wait: { icon: Clock, tone: "data", word: "Wait" },
  succeed: { icon: CircleCheck, tone: "end", word: "Succeed" },
  fail: { icon: CircleX, tone: "end", word: "Fail" },
  parallel: { icon: Columns3, tone: "flow", word: "Parallel" },
  map: { icon: Repeat2, tone: "flow", word: "Map" },
  unknown: { icon: CircleHelp, tone: "end", word: "Unknown type" },
  branch: { icon: Columns3, tone: "flow", word: "Branch" },
  processor: { icon: Repeat2, tone: "flow", word: "Item processor" },
  start: { icon: CircleCheck, tone: "end", word: "Start" },
  end: { icon: CircleCheck, tone: "end", word: "End" },
};

const SERVICES: Record<string, LucideIcon> = {
  lambda: SquareFunction,
  sqs: ListOrdered,
  sns: Bell,
  ses: Bell,
  sesv2: Bell,
  dynamodb: Database,
  states: Workflow,
  sfn: Workflow,
  events: CalendarClock,
  eventbridge: CalendarClock,
  scheduler: CalendarClock,
  s3: Archive,
  ecs: Container,
  eks: Container,
  batch: Layers,
  glue: Combine,
  athena: SearchCode,
  bedrock: Sparkles,
  bedrockruntime: Sparkles,
  sagemaker: BrainCircuit,
  http: Globe,
  activity: HardHat,
  apigateway: Webhook,
  elasticmapreduce: ServerCog,
  "emr-containers": ServerCog,
  "emr-serverless": ServerCog,
  codebuild: Hammer,
  rds: Database,
  rdsdata: Database,
  textract: SearchCode,
  rekognition: BrainCircuit,
  translate: BrainCircuit,
  comprehend: BrainCircuit,
  polly: BrainCircuit,
  transcribe: BrainCircuit,
};

/** The service a Resource names: `lambda`, `dynamodb`, `activity`; nothing for text that is not an ARN. */
export function serviceOf(resource: string | null): string | null {
  if (resource === null) return null;
  const parts = resource.split(":");
  if (parts[0] !== "arn") return /lambda|function/i.test(resource) ? "lambda" : null;
  if (parts[2] !== "states") return parts[2] ?? null;
  if (parts[5] === "activity") return "activity";
  if (parts[5] === "aws-sdk") return parts[6] ?? null;
  return parts[5] ?? null;
}

export function toneOf(kind: GraphNodeKind): Tone {
  return KINDS[kind].tone;
}

export function kindWord(kind: GraphNodeKind): string {
  return KINDS[kind].word;
}

export function iconOf(node: Pick<GraphNode, "kind" | "resource">): LucideIcon {
  if (node.kind !== "task") return KINDS[node.kind].icon;
  const service = serviceOf(node.resource);
  if (service === null) return Cog;
  return SERVICES[service] ?? Cloud;
}

export function StateIcon({
  node,
  size = 26,
}: {
  node: Pick<GraphNode, "kind" | "resource">;
  size?: number;
}): ReactElement {
  const Icon = iconOf(node);
  return (
    <span className={`state-icon tone-${KINDS[node.kind].tone}`} data-size={size} aria-hidden="true">
      <Icon size={Math.round(size * 0.6)} strokeWidth={2} />
    </span>
  );
}
