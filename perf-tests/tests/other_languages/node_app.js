const { createServer } = require("node:http");

const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ path: request.url }));
});
server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
