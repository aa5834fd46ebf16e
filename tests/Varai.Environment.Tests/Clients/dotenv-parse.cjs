// Parses each text of a JSON array with npm's dotenv and prints the results as a JSON array.
const fs = require('node:fs');
const dotenv = require('dotenv');

const texts = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
process.stdout.write(JSON.stringify(texts.map((text) => dotenv.parse(text))));
