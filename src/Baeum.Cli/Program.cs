using System.Globalization;
using System.Text;
using Baeum.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, CommandContext.ForConsole());
