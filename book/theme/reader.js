'use strict';

// What this book adds to mdBook's pages: arrow keys, copying, tabs, the other language, search.
(function reader() {
    const words = JSON.parse(document.getElementById('reader-words').textContent);
    const here = document.currentScript.src.replace(/[^/]*$/, '');

    const status = document.createElement('div');
    status.setAttribute('role', 'status');
    status.style.cssText = 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)';
    document.body.append(status);

    (function arrowKeys() {
        const STEP = 40; // pixels for one key press, as in Chromium

        function scrollsSideways(element) {
            // Widths are rounded, so a difference of 1 pixel is no text to scroll to.
            return element.scrollWidth - element.clientWidth > 1
                && /^(?:auto|scroll)$/.test(getComputedStyle(element).overflowX);
        }

        // mdBook turns the page in a listener on the document. The root element is the last stop
        // before it: all other listeners have seen the key by then, and the browser still scrolls.
        document.documentElement.addEventListener('keydown', event => {
            // Safari reports the key that ends a composition by its code alone.
            if (event.isComposing || event.keyCode === 229) {
                event.stopPropagation();
                return;
            }
            const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (!direction || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
                return;
            }
            const around = event.composedPath().filter(part => part instanceof Element);
            if (event.defaultPrevented || around.some(scrollsSideways)) {
                event.stopPropagation();
                return;
            }
            // A button is drawn on the block beside it, and the browser scrolls only what is around it.
            const button = event.target.closest('button');
            const beside = button && [...button.parentElement.children].find(scrollsSideways);
            if (beside) {
                event.preventDefault();
                event.stopPropagation();
                beside.scrollBy({ left: direction * STEP });
            }
        });
    })();

    (function copying() {
        const SHOWN_FOR = 4000; // milliseconds

        async function copy(text) {
            if (navigator.clipboard) {
                return navigator.clipboard.writeText(text);
            }
            // Pages that are not served by HTTPS or from this machine have no clipboard.
            const area = document.createElement('textarea');
            area.value = text;
            document.body.append(area);
            area.select();
            const done = document.execCommand('copy');
            area.remove();
            if (!done) {
                throw new Error('the browser refused');
            }
        }

        document.addEventListener('click', async event => {
            const button = event.target.closest('.copy');
            if (!button) {
                return;
            }
            const text = button.dataset.copy;
            const placeholders = [...new Set(text.match(/<[a-z0-9-]+-\d+>/g) || [])];
            let said;
            try {
                await copy(text);
                said = placeholders.length
                    ? words.copied_placeholders.replace('{placeholders}', placeholders.join(', '))
                    : words.copied;
            } catch {
                said = words.copy_failed;
            }
            button.dataset.name ??= button.textContent;
            button.textContent = said;
            status.textContent = said;
            setTimeout(() => { button.textContent = button.dataset.name; }, SHOWN_FOR);
        });
    })();

    (function knownSteps() {
        document.querySelectorAll('.block .known').forEach((steps, number) => {
            const button = document.createElement('button');
            button.type = 'button';
            button.className = 'unfold';
            steps.id = `known-${number}`;
            button.setAttribute('aria-controls', steps.id);
            const count = steps.textContent.trim().split('\n').length;
            button.textContent = words.known_steps.replace('{count}', count);
            const fold = isFolded => {
                steps.hidden = isFolded;
                button.setAttribute('aria-expanded', String(!isFolded));
            };
            fold(true);
            button.addEventListener('click', () => fold(!steps.hidden));
            steps.before(button, '\n');
        });
    })();

    (function tabs() {
        document.querySelectorAll('.tabs').forEach((group, number) => {
            const panels = [...group.querySelectorAll(':scope > .tab')];
            const list = document.createElement('div');
            list.className = 'tab-list';
            list.setAttribute('role', 'tablist');
            const buttons = panels.map((panel, at) => {
                const button = document.createElement('button');
                button.type = 'button';
                button.textContent = panel.getAttribute('aria-label');
                button.setAttribute('role', 'tab');
                button.id = `tab-${number}-${at}`;
                panel.id = `panel-${number}-${at}`;
                panel.setAttribute('role', 'tabpanel');
                panel.setAttribute('aria-labelledby', button.id);
                panel.removeAttribute('aria-label');
                button.setAttribute('aria-controls', panel.id);
                button.addEventListener('click', () => select(at));
                list.append(button);
                return button;
            });
            list.addEventListener('keydown', event => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) {
                    return;
                }
                event.preventDefault();
                const at = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
                select(at);
                buttons[at].focus();
            });
            function select(chosen) {
                panels.forEach((panel, at) => {
                    panel.style.display = at === chosen ? '' : 'none';
                    buttons[at].setAttribute('aria-selected', at === chosen);
                    buttons[at].tabIndex = at === chosen ? 0 : -1;
                });
            }
            function showTarget() {
                const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
                const at = panels.findIndex(panel => target && panel.contains(target));
                if (at >= 0) {
                    select(at);
                    target.scrollIntoView();
                }
            }
            group.prepend(list);
            group.classList.add('is-live');
            select(0);
            showTarget();
            window.addEventListener('hashchange', showTarget);
        });
    })();

    (function language() {
        const other = document.getElementById('reader-switch');

        // The heading that is being read, also where nobody clicked on it.
        function anchor() {
            const headings = [...document.querySelectorAll('main :is(h1, h2, h3)[id]')];
            const read = headings.filter(heading => heading.getBoundingClientRect().top < window.innerHeight / 3);
            const last = read[read.length - 1];
            return last && last !== headings[0] ? '#' + last.id : location.hash;
        }

        function aim() {
            other.href = other.getAttribute('href').replace(/#.*$/, '') + anchor();
            try {
                localStorage.setItem('reader-language', other.lang);
            } catch {
                // A browser without storage asks again.
            }
        }
        other.addEventListener('click', aim);
    })();

    // A page counts as read when its end was seen; the table of contents says so.
    (function readPages() {
        const KEY = 'reader-read';
        const page = location.pathname.split('/').pop();

        function known() {
            try {
                return JSON.parse(localStorage.getItem(KEY)) ?? [];
            } catch {
                return []; // A browser without storage marks nothing.
            }
        }

        function mark() {
            const pages = known();
            for (const link of document.querySelectorAll('#mdbook-sidebar a[href]')) {
                const address = new URL(link.href);
                const isRead = !address.hash && pages.includes(address.pathname.split('/').pop());
                if (isRead && !link.querySelector('.reader-read')) {
                    const note = document.createElement('span');
                    note.className = 'reader-read';
                    note.textContent = words.read;
                    link.append(' ', note);
                }
            }
        }

        const end = document.querySelector('main .page-times') && document.querySelector('main').lastElementChild;
        if (end) {
            new IntersectionObserver((entries, observer) => {
                if (entries.some(entry => entry.isIntersecting)) {
                    observer.disconnect();
                    try {
                        localStorage.setItem(KEY, JSON.stringify([...new Set([...known(), page])]));
                    } catch {
                        return;
                    }
                    mark();
                }
            }).observe(end);
        }
        window.addEventListener('load', mark);
    })();

    (function sidebar() {
        // mdBook's script listens to the checkbox, which was behind a label.
        const checkbox = document.getElementById('mdbook-sidebar-toggle-anchor');
        document.getElementById('mdbook-sidebar-toggle').addEventListener('click', () => checkbox.click());
    })();

    (function search() {
        const RESULTS = 20;
        const WAIT = 150; // milliseconds after the last key
        const opener = document.getElementById('reader-search');
        let dialog;
        let input;
        let results;
        let said;
        let engine;
        let phrases;
        let asked = 0;

        function build() {
            dialog = document.createElement('dialog');
            dialog.className = 'reader-dialog';
            dialog.setAttribute('aria-label', words.search);
            dialog.innerHTML = '<form role="search"><input type="search" autocomplete="off" spellcheck="false">' +
                '<button type="button" class="reader-button"></button></form><p role="status"></p><ol></ol>';
            input = dialog.querySelector('input');
            results = dialog.querySelector('ol');
            said = dialog.querySelector('p');
            input.placeholder = words.search;
            input.setAttribute('aria-label', words.search);
            const close = dialog.querySelector('button');
            close.textContent = words.close;
            close.addEventListener('click', () => dialog.close());
            dialog.querySelector('form').addEventListener('submit', event => {
                event.preventDefault();
                ask();
            });
            dialog.addEventListener('click', event => {
                // A click beside the box, or on a result of this very page.
                if (event.target === dialog || event.target.closest('li a')) {
                    dialog.close();
                }
            });
            // mdBook turns pages on arrow keys.
            dialog.addEventListener('keydown', event => event.stopPropagation());
            let timer;
            input.addEventListener('input', event => {
                clearTimeout(timer);
                if (!event.isComposing) {
                    timer = setTimeout(ask, WAIT);
                }
            });
            input.addEventListener('compositionend', ask);
            document.body.append(dialog);
        }

        // Neither case nor spaces make a difference.
        const plain = text => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

        // Words that say nothing about the subject.
        const EMPTY = new Set(('a an and are can do does for from how i in is it me my of on or that the this to use using ' +
            'want was what when where which why with you your 方 方法 場合 時 何 使').split(' '));

        // The words that matter, in any order: "How do I back up volumes?" asks for "back up a volume". In Japanese
        // they are those in kanji, katakana or Latin letters.
        function subject(text) {
            const letters = text.normalize('NFKC').toLowerCase().replaceAll('・', '');
            const found = letters.match(/[a-z0-9._/-]+|\p{scx=Katakana}+|\p{scx=Han}+/gu) ?? [];
            const stems = found.map(word => word.replace(/^[._/-]+|[._/-]+$/g, '').replace(/(?<=[a-z]{2}[^s])s$/, ''));
            return [...new Set(stems.filter(word => word && !EMPTY.has(word)))];
        }

        // How many words of a search a section has as a whole phrase. One word is only enough if it is the only one.
        function closeness(section, wanted) {
            const lengths = section.phrases.map(subject).map(phrase =>
                phrase.every(word => wanted.includes(word)) && phrase.length >= Math.min(2, wanted.length) ? phrase.length : 0);
            return Math.max(0, ...lengths);
        }

        // First the sections that name the search as one of their phrases, then those that have the most of its words
        // as a phrase, then in the order of pagefind.
        async function find(query) {
            engine ??= await import(here + 'pagefind/pagefind.js');
            phrases ??= await (await fetch(here + 'pagefind/named.json')).json();
            const wanted = subject(query);
            const isNamed = section => section.phrases.some(phrase => plain(phrase) === plain(query));
            const rank = section => isNamed(section) ? Infinity : closeness(section, wanted);
            const ranked = phrases.map(section => [rank(section), section]).filter(([rank]) => rank > 0);
            ranked.sort(([one], [other]) => other - one);
            const named = ranked.map(([, { url, title, page, excerpt }]) => ({ url, excerpt, meta: { title, page } }));
            const found = (await engine.search(query)).results.slice(0, RESULTS);
            const sections = await Promise.all(found.map(result => result.data()));
            const isNew = section => named.every(({ url }) => !section.url.endsWith(url));
            return [...named, ...sections.filter(isNew)];
        }
        opener.find = find;

        async function ask() {
            const number = ++asked;
            // Half-width katakana and full-width letters are the same words.
            const query = input.value.normalize('NFKC').trim();
            if (!query) {
                said.textContent = '';
                results.replaceChildren();
                results.dataset.query = query;
                return;
            }
            said.textContent = words.searching;
            try {
                const sections = await find(query);
                if (number === asked) {
                    show(query, sections);
                }
            } catch (error) {
                console.error(error);
                said.textContent = words.search_failed;
            }
        }

        // Each section is indexed by itself, with its heading as the title.
        function show(query, sections) {
            const items = sections.map(section => {
                const item = document.createElement('li');
                const link = document.createElement('a');
                const { title, page } = section.meta;
                link.href = here + section.url.replace(/^.*\//, '');
                link.textContent = title.endsWith(page) ? title : `${page} › ${title}`;
                const excerpt = document.createElement('p');
                // Escaped by pagefind, with <mark> around what was found; may start with the end of a sentence.
                excerpt.innerHTML = section.excerpt.replace(/^[\s.,;:)。、）」]+/, '');
                item.append(link, excerpt);
                return item;
            });
            results.replaceChildren(...items);
            results.dataset.query = query; // Until then, they are the last question's.
            said.textContent = items.length
                ? words.found.replace('{count}', items.length)
                : words.nothing_found.replace('{query}', query);
        }

        function open() {
            if (!dialog) {
                build();
            }
            if (!dialog.open) {
                dialog.showModal();
            }
            input.select();
        }

        opener.addEventListener('click', open);
        document.addEventListener('keydown', event => {
            const isTyping = /^(?:input|select|textarea)$/i.test(event.target.nodeName);
            if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
                return;
            }
            if (event.key === '/' || event.key === 's') {
                event.preventDefault();
                open();
            }
        });
    })();
})();
