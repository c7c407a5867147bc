using Stele.Cli;

return await new ToolCall(Console.Out, Console.Error, Environment.GetEnvironmentVariables()).RunAsync(args);
