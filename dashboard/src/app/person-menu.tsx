/** What can be done by who is signed in; loaded when somebody first asks for it, as menus are a tenth of the first view's code. */
import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { PersonButton } from "./person-button.tsx";
import { signOut } from "./session.ts";

export function PersonMenu({ who }: { readonly who: string }) {
  const navigate = useNavigate();
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    // The button that was pressed has just been replaced by this one: the focus goes on from here, and comes back to it.
    button.current?.focus();
    setOpen(true);
  }, []);
  return (
    <Menu position="bottom-end" withinPortal opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <PersonButton who={who} ref={button} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href="/docs">
          API reference
        </Menu.Item>
        <Menu.Item onClick={() => void signOut().then(() => navigate({ to: "/sign-in" }))}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
