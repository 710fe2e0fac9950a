import './kit/tokens.css';
import './kit/base.css';
import './kit/controls.css';
import './kit/flash.css';
