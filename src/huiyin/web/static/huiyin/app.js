// Entry of the page's behaviour. Everything works without it; it only makes the work quicker.
import "./js/words.js";
import "./js/countdown.js";
import "./js/toasts.js";
import "./js/dialogs.js";
import "./js/drafts.js";
import "./js/forms.js";
import "./js/keys.js";
import "./js/copy.js";
import "./js/find.js";
