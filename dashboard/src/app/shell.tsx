/** The frame around every page: where one can go, who is signed in, light or dark, and the way out. */
import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Group,
  NavLink,
  Text,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { OfflineNote } from "./offline-note.tsx";
import { PersonButton } from "./person-button.tsx";
import { sessionQuery } from "./session.ts";

export interface Place {
  readonly to: string;
  readonly label: string;
}

export function Shell({
  places,
  who,
  banner,
}: {
  readonly places: readonly Place[];
  /** Who is signed in, in a few words. */
  readonly who: string;
  readonly banner?: ReactNode;
}) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <img src="/icon.svg" alt="" width={24} height={24} />
            <Text fw={700}>Purser</Text>
            <DemoMark />
          </Group>
          <Group gap="xs" wrap="nowrap" miw={0}>
            <SchemeButton />
            <Person who={who} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {places.map(({ to, label }) => (
          <NavLink
            key={to}
            label={label}
            active={isAt(pathname, to, places)}
            onClick={close}
            renderRoot={(props: object) => (
              <Link {...props} to={to} activeOptions={{ exact: true }} />
            )}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: "none" }}>
        <OfflineNote />
        {banner}
        <div style={{ maxWidth: 1360, margin: "0 auto" }}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

/** So that nobody takes made-up figures for somebody's. */
function DemoMark() {
  const { data: session } = useQuery(sessionQuery);
  if (session?.demo !== true) return null;
  return (
    <>
      <Badge variant="default" tt="none">
        Demo
      </Badge>
      <Text size="xs" c="dimmed" visibleFrom="md">
        People and figures are made up, providers are simulated.
      </Text>
    </>
  );
}

/** The longest place that the path is in or under. */
function isAt(pathname: string, to: string, places: readonly Place[]): boolean {
  const under = places
    .map((place) => place.to)
    .filter(
      (place) => pathname === place || pathname.startsWith(place === "/" ? "/ " : `${place}/`),
    )
    .sort((one, other) => other.length - one.length);
  return (under[0] ?? "/") === to && (under.length > 0 || pathname === "/");
}

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = { auto: "light", light: "dark", dark: "auto" } as const;
  const sign = { auto: "◐", light: "☀", dark: "☾" } as const;
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={`Colours: ${colorScheme}. Change to ${next[colorScheme]}`}
      title={`Colours: ${colorScheme}`}
      onClick={() => setColorScheme(next[colorScheme])}
    >
      {sign[colorScheme]}
    </ActionIcon>
  );
}

const loadMenu = () => import("./person-menu.tsx");
const PersonMenu = lazy(async () => ({ default: (await loadMenu()).PersonMenu }));

function Person({ who }: { readonly who: string }) {
  const [isWanted, setWanted] = useState(false);
  const button = (
    <PersonButton
      who={who}
      onClick={() => setWanted(true)}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
    />
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <PersonMenu who={who} />
    </Suspense>
  );
}
