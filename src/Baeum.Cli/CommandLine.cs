using System.CommandLine;
using System.CommandLine.Parsing;
using Baeum.Cli.Commands;
using Baeum.Course;

namespace Baeum.Cli;

/// <summary>The commands and their options; every way to hold them wrong ends in one readable line and exit code 2.</summary>
internal static class CommandLine
{
    internal static readonly string[] CommandNames = ["list", "run", "tokenize", "train-tokenizer", "verify", "bench", "info", "gallery"];

    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <summary>Runs the command that the arguments ask for.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(string[] arguments, CommandContext context)
    {
        bool debug = arguments.Contains("--debug");
        try
        {
            return Dispatch(arguments, context);
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

    private static int Dispatch(string[] arguments, CommandContext context)
    {
        if (arguments.Length == 0)
            return StartPage.Show(context);
        if (arguments is ["help"] || arguments.Any(argument => argument is "--help" or "-h" or "-?" or "/?"))
            return arguments.FirstOrDefault(CommandNames.Contains) is string named ? Usage(named, context) : StartPage.Show(context);
        if (arguments is ["--version"])
        {
            context.Results.WriteLine(InfoCommand.Version);
            return ExitCode.Done;
        }

        var json = new Option<bool>("--json");
        var only = new Option<string?>("--only");
        var chapter = new Argument<string>("ID");
        var mode = new Option<string>("--mode") { DefaultValueFactory = _ => "both" };
        var set = new Option<string[]>("--set") { AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore };
        var seed = new Option<string?>("--seed");
        var data = new Option<string?>("--data");
        var output = new Option<string?>("--out");
        var plot = new Option<string?>("--plot");
        var noPlots = new Option<bool>("--no-plots");
        var full = new Option<bool>("--full");
        var debug = new Option<bool>("--debug");
        var folder = new Argument<string>("DIR");
        var threads = new Option<string?>("--threads");

        var list = new Command("list") { json };
        list.SetAction(parsed => ListCommand.Run(parsed.GetValue(json), context));
        var run = new Command("run") { chapter, mode, set, seed, data, output, plot, noPlots, full, json, debug };
        run.SetAction(parsed =>
        {
            var options = new LessonOptions
            {
                Mode = LessonOptions.ParseMode(parsed.GetValue(mode)!),
                Seed = parsed.GetValue(seed) is string text ? LessonOptions.ParseSeed(text) : null,
                DataFile = parsed.GetValue(data),
                OutputFolder = parsed.GetValue(output),
                Full = parsed.GetValue(full),
                Plots = !parsed.GetValue(noPlots),
                PlotForm = parsed.GetValue(plot) is string form ? LessonOptions.ParsePlotForm(form) : PlotForm.Png,
            };
            foreach (string assignment in parsed.GetValue(set) ?? [])
                options.Set(assignment);
            return RunCommand.Run(parsed.GetValue(chapter)!, options, parsed.GetValue(json), parsed.GetValue(debug), context);
        });
        var verify = new Command("verify") { folder, only, json, debug };
        verify.SetAction(parsed => VerifyCommand.Run(parsed.GetValue(folder)!, parsed.GetValue(only), parsed.GetValue(json), parsed.GetValue(debug), context));
        var bench = new Command("bench") { only, threads, json, debug };
        bench.SetAction(parsed => BenchCommand.Run(parsed.GetValue(only), parsed.GetValue(threads), parsed.GetValue(json), context));
        var texts = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore };
        var type = new Option<string>("--type") { DefaultValueFactory = _ => "byte-bpe" };
        var vocabulary = new Option<string>("--vocab") { DefaultValueFactory = _ => "8000" };
        var frequency = new Option<string>("--min-frequency") { DefaultValueFactory = _ => "2" };
        var lowercase = new Option<bool>("--lowercase");
        var jamo = new Option<bool>("--jamo");
        var trainTokenizer = new Command("train-tokenizer") { texts, type, vocabulary, frequency, output, lowercase, jamo, debug };
        trainTokenizer.SetAction(parsed => TrainTokenizerCommand.Run(new(parsed.GetValue(texts)!, parsed.GetValue(type)!, parsed.GetValue(vocabulary)!, parsed.GetValue(frequency)!,
            parsed.GetValue(output) ?? Path.Combine("out", "tokenizer"), parsed.GetValue(lowercase), parsed.GetValue(jamo)), context));
        var info = new Command("info") { json };
        info.SetAction(parsed => InfoCommand.Run(parsed.GetValue(json), context));
        var gallery = new Command("gallery");
        gallery.SetAction(_ => GalleryCommand.Run(context));
        var model = new Option<string?>("--model");
        var words = new Argument<string>("TEXT");
        var tokenize = new Command("tokenize") { words, model, json, debug };
        tokenize.SetAction(parsed => TokenizeCommand.Run(parsed.GetValue(model), parsed.GetValue(words)!, parsed.GetValue(json), context));
        var root = new RootCommand { list, run, tokenize, trainTokenizer, verify, bench, info, gallery };

        ParseResult result = root.Parse(arguments, Parsing);
        if (Complaint(result) is string complaint)
            throw new LessonUsageException(complaint);
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = context.Results, Error = context.Messages };
        return result.Invoke(invocation);
    }

    private static int Usage(string command, CommandContext context)
    {
        foreach (string line in TextLayout.Wrap(Messages.Usage(command), Terminal.Width))
            context.Results.WriteLine(line);
        context.Results.WriteLine();
        foreach ((string option, string meaning) in Messages.Options(command))
        {
            IReadOnlyList<string> lines = TextLayout.Wrap(meaning, Terminal.Width - 20);
            context.Results.WriteLine($"  {TextLayout.PadRight(option, 18)}{lines[0]}");
            foreach (string line in lines.Skip(1))
                context.Results.WriteLine(new string(' ', 20) + line);
        }
        return ExitCode.Done;
    }

    private static string? Complaint(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        bool root = command is RootCommand;
        if (result.UnmatchedTokens.Count > 0)
        {
            string word = result.UnmatchedTokens[0];
            if (word.StartsWith('-'))
                return Messages.UnknownOption(word, root ? null : command.Name, Nearest.Names(word.Split('=')[0], command.Options.Select(option => option.Name)));
            return root ? Messages.UnknownCommand(word, Nearest.Names(word, CommandNames)) : Messages.TooMuch(word, command.Name);
        }
        foreach (ParseError error in result.Errors)
        {
            return error.SymbolResult switch
            {
                OptionResult option => Messages.OptionValue(option.Option.Name, command.Name, given: option.Tokens.Count > 0),
                _ => Messages.Usage(command.Name),
            };
        }
        return null;
    }
}
