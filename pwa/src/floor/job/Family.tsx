import { Screen } from '../../kit/parts';

export default function Family() {
  return <Screen title="" back="/" children={null} />;
}
