import fc from 'fast-check';

// The same examples at each run. FC_SEED looks for others: FC_SEED=$RANDOM npm run test:unit.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_126) });
