using System.CommandLine;
using System.CommandLine.Parsing;
using Baeum.Cli.Commands;
using Baeum.Course;

namespace Baeum.Cli;

/// <summary>Finds the command that is asked for; every way to hold it wrong ends in one readable line and exit code 2.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>All commands in the order of the start page, in the user's language.</summary>
    internal static CliCommand[] Commands() =>
    [
        new ListCommand(),
        new RunCommand(),
        new TokenizeCommand(),
        new TrainTokenizerCommand(),
        new TrainCommand(),
        new PullCommand(),
        new GenerateCommand(),
        new ClassifyCommand(),
        new FillMaskCommand(),
        new EmbedCommand(),
        new SimilarCommand(),
        new TranslateCommand(),
        new VerifyCommand(),
        new BenchCommand(),
        new InfoCommand(),
        new GalleryCommand(),
    ];

    /// <summary>Runs the command that the arguments ask for.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments, CommandContext context)
    {
        bool debug = arguments.Contains("--debug");
        try
        {
            return Dispatch(arguments, Commands(), context);
        }
        catch (OperationCanceledException)
        {
            context.Messages.WriteLine(Messages.Stopped);
            return ExitCode.Stopped;
        }
        catch (LessonUsageException error)
        {
            context.Messages.WriteLine(error.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception error)
        {
            // whoever reads this asked for a result, not for our call stack
            context.Messages.WriteLine(debug ? error.ToString() : error.Message);
            return ExitCode.Failed;
        }
    }

    private static int Dispatch(string[] arguments, CliCommand[] commands, CommandContext context)
    {
        if (arguments is [] or ["help"])
            return StartPage.Show(commands, context);
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?" or "/?"))
            return commands.FirstOrDefault(command => arguments.Contains(command.Name)) is { } asked ? Help(asked, context) : StartPage.Show(commands, context);
        if (arguments is ["--version"])
        {
            context.Results.WriteLine(InfoCommand.Version);
            return ExitCode.Done;
        }

        var root = new RootCommand();
        foreach (CliCommand command in commands)
        {
            command.Syntax.SetAction(given => command.Run(given, context));
            root.Subcommands.Add(command.Syntax);
        }
        ParseResult result = root.Parse(arguments, Parsing);
        if (Complaint(result, commands) is string complaint)
            throw new LessonUsageException(complaint);
        return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = context.Results, Error = context.Messages });
    }

    private static int Help(CliCommand command, CommandContext context)
    {
        foreach (string line in TextLayout.Wrap(Messages.Usage(command.Call), Terminal.Width))
            context.Results.WriteLine(line);
        context.Results.WriteLine();
        foreach ((string form, string meaning) in command.Help)
        {
            // a form that leaves no gap stands on a line of its own
            bool isLong = TextLayout.Width(form) > 16;
            if (isLong)
                context.Results.WriteLine("  " + form);
            IReadOnlyList<string> lines = TextLayout.Wrap(meaning, Terminal.Width - 20);
            for (int i = 0; i < lines.Count; i++)
                context.Results.WriteLine($"  {TextLayout.PadRight(i == 0 && !isLong ? form : "", 18)}{lines[i]}");
        }
        return ExitCode.Done;
    }

    private static string? Complaint(ParseResult result, CliCommand[] commands)
    {
        CliCommand? command = Array.Find(commands, command => command.Syntax == result.CommandResult.Command);
        // a text may begin with a dash; one that looks like an option is a slip unless '--' stands before it
        IEnumerable<string> slips = result.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? []
            : result.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(value => value is ['-', '-', >= 'a' and <= 'z', ..] && !value.Contains(' '));
        if (slips.Concat(result.UnmatchedTokens).FirstOrDefault() is string word)
        {
            if (word.StartsWith('-'))
                return Messages.UnknownOption(word, command?.Name, Nearest.Names(word.Split('=')[0], result.CommandResult.Command.Options.Select(option => option.Name)));
            string[] names = [.. commands.Select(known => known.Name)];
            return command is null ? Messages.UnknownCommand(word, names, Nearest.Names(word, names)) : Messages.TooMuch(word, command.Call);
        }
        string call = command?.Call ?? "./baeum";
        return result.Errors switch
        {
            [] => null,
            [{ SymbolResult: OptionResult option }, ..] => Messages.OptionValue(option.Option.Name, call, isGiven: option.Tokens.Count > 0),
            _ => Messages.Usage(call),
        };
    }
}
