// What pages load: 1,024 bytes at most as they are sent, which a test holds. Some forms are what packs best: "let" throughout, the order of what may stand in any order,
// one function for all that may mean that a page was left or seen. A block and not a function: its names stay in it, and it's smaller.
{
  // A visitor who doesn't want to be tracked isn't, and what the site calls does nothing instead of failing.
  window.platform = () => {};

  if (navigator.doNotTrack != 1 && !navigator.globalPrivacyControl) {
    let endpoint = new URL('/api/track', document.currentScript.src);
    // An object's URL ends with a UUID; crypto.randomUUID is missing on plain http.
    let newId = () => URL.createObjectURL(new Blob).slice(-36);
    let visitor = () => document.cookie.split('_platform=')[1]?.slice(0, 36);
    // At whole characters: URLs are ASCII, so what could be torn is an escape, or the escapes of one character, which has up to four.
    let cut = (address, most) => address?.[most] ? address.slice(0, most).replace(/%[C-F].{0,9}$|%.?$/i, '') : address;
    // Within a page nothing is a page.
    let here = () => location.href.split('#')[0];

    let queue = [];
    // When the page was last seen to be visible; 0: it isn't.
    let since;
    // Of what is loaded in the background nothing is measured: it would count the time until somebody looks. Where shifts can be seen, none is a measure too.
    let vitals = document.hidden ? 0 : window.LayoutShift ? { CLS: 0 } : {};
    let windowStart;
    let depth;
    let wait = 1e3;
    let windowSum;
    // Events at once: as many as fit into what browsers let outlive a page, 64 KiB.
    let most = 60;
    let page;
    let windowLast;

    // Nothing there, or a browser that lets nobody keep anything.
    try {
      queue = JSON.parse(sessionStorage._platform);
    } catch {}

    let send = () => {
      let batch = queue.splice(0, most);
      if (batch[0])
        fetch(endpoint, { method: 'POST', keepalive: true, body: JSON.stringify(batch.map((event) => ({ ...event, sent: new Date }))) })
          .then(({ status }) => {
            // One wrong event has all of its batch refused: from then on they go one by one, and what is refused alone goes no more.
            if (status == 429 || status > (batch[1] ? 399 : 499))
              throw 0;
            wait = 1e3;
            most = 60;
            send();
          }).catch(() => {
            queue.push(...batch);
            most = 1;
            setTimeout(send, wait *= 2);
          });
    };

    let add = window.platform = (name, props, more) => {
      if (name == 'consent')
        document.cookie = `_platform=${visitor() || newId()};path=/;max-age=` + (props.analytics ? 3e7 : 0);
      let event = { at: new Date, visitor: visitor(), props, name, url: page || here(), id: newId(), ...more };
      // 1,024 bytes without "sent", which is 34.
      for (let most = 700; new Blob([JSON.stringify(event)]).size > 990; most -= 50) {
        if (most < 0)
          return;
        event.cut = true;
        event.url = cut(event.url, most);
        event.referrer = cut(event.referrer, most);
      }
      queue.push(event);
      more || send();
    };

    let update = () => {
      let now = performance.now();
      depth = Math.max(depth, Math.min(100, (scrollY + innerHeight) / document.documentElement.scrollHeight * 100 | 0));
      if (document.hidden || page != here()) {
        if (since) {
          add('engagement', null, { engaged: now - since | 0, scroll: depth });
          for (let vital in vitals)
            add('web_vital', null, { vital, value: vitals[vital] });
          // Once a page. To a number nothing is added later, and nobody minds.
          vitals = 0;
        }
        since = 0;
      }
      if (document.hidden) {
        // What is handed over now outlives the page. After a failure nothing is: the next page sends it.
        if (most > 1)
          send();
        try {
          sessionStorage._platform = JSON.stringify(queue);
        } catch {}
      } else {
        since ||= now;
        if (page != here()) {
          add('page_view', null, { referrer: page || document.referrer, url: page = here() });
          depth = 0;
          send();
        }
      }
    };

    // Each vital is the largest that was measured: also of paints, of which the first with content comes last.
    let observe = (type, vital, measure) => new PerformanceObserver((list) => list.getEntries().map((entry) => {
      let value = measure(entry);
      if (value > (vitals[vital] || 0))
        vitals[vital] = value;
    })).observe({ type, buffered: true, durationThreshold: 16 });
    observe('paint', 'FCP', (entry) => entry.startTime);
    observe('largest-contentful-paint', 'LCP', (entry) => entry.startTime);
    // The worst window of shifts with less than a second between them and five in all.
    observe('layout-shift', 'CLS', (entry) => !entry.hadRecentInput && (
      entry.startTime - windowLast < 1e3 && entry.startTime - windowStart < 5e3 || (windowStart = entry.startTime, windowSum = 0),
      windowLast = entry.startTime,
      windowSum += entry.value
    ));
    observe('event', 'INP', (entry) => entry.interactionId && entry.duration);
    observe('navigation', 'TTFB', (entry) => entry.responseStart);

    // Who comes back to a page that the browser had kept views it again.
    addEventListener('pagehide', () => page = 0);
    addEventListener('popstate', update);
    addEventListener('online', send);
    window.navigation?.addEventListener('currententrychange', update);
    addEventListener('visibilitychange', update);
    addEventListener('scroll', update);
    update();
  }
}
