/** Starts the dashboard in the page. */
import "@mantine/core/styles.css";
import "./app/calm.css";
import "./app/global.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { queries } from "./app/queries.ts";
import { router } from "./app/router.tsx";
import { theme } from "./app/theme.ts";

const nonce = document.querySelector("meta[name=csp-nonce]")?.getAttribute("content") ?? "";
const schemes = localStorageColorSchemeManager({ key: "purser-color-scheme" });
const place = document.getElementById("root");
if (place === null) throw new Error("The page has no place for the dashboard.");

// The page that most people come for is fetched beside the question who they are.
if (location.pathname === "/") void import("./customer/overview/overview-page.tsx");

createRoot(place).render(
  <MantineProvider
    theme={theme}
    defaultColorScheme="auto"
    colorSchemeManager={schemes}
    getStyleNonce={() => nonce}
  >
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
