import { render } from 'preact';
import { App } from './app.tsx';
import { registerOffline } from './offline/register.ts';
import './style/base.css';
import './style/contents.css';

render(<App />, document.getElementById('page')!); // index.html has it

void registerOffline();
