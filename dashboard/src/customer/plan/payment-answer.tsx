/** A change that was refused; where it must be paid for first: how, or whom to ask. */
import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { useSubject } from "../../app/subject.tsx";
import { CopyText } from "../../parts/copy-text.tsx";
import { Refused } from "../../parts/said.tsx";
import { wayBack } from "../../sign-in/portal-page.tsx";

export function PaymentAnswer({
  fault,
  planName,
}: {
  readonly fault: Error | null;
  readonly planName: string;
}) {
  const isUnpaid = fault instanceof PurserError && fault.code === "payment_required";
  if (!isUnpaid) return <Refused fault={fault} title="Nothing was changed" />;
  const { checkout_url: checkout } = fault.details;
  return (
    <Alert color="gray" role="alert" title="Not yet: it has to be paid for or granted first">
      <Text size="sm">{fault.message} Nothing was changed.</Text>
      {typeof checkout === "string" ? (
        <Button component="a" href={checkout} mt="sm" size="sm">
          Go to the payment for {planName}
        </Button>
      ) : (
        <WhomToAsk planName={planName} />
      )}
    </Alert>
  );
}

function WhomToAsk({ planName }: { readonly planName: string }) {
  const { userId } = useSubject();
  const back = wayBack();
  return (
    <>
      <Text size="sm" mt={4}>
        Ask whoever runs the application that you use Purser with: they can give you {planName}.
        They know you as <b style={{ overflowWrap: "anywhere" }}>{userId}</b>.
      </Text>
      <Group gap="sm" mt="sm">
        <CopyText text={userId} label="Copy that id" />
        {back === null ? null : (
          <Anchor href={back} size="sm">
            Back to the application
          </Anchor>
        )}
      </Group>
    </>
  );
}
