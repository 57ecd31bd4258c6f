using System.CommandLine;
using System.Globalization;
using Baeum.Course;

namespace Baeum.Cli;

/// <summary>
/// One command: its name, its arguments and options, and what each means. The parser, the help and the start page all read it here, so
/// that a new command is one file in <c>Commands</c> and one line in <see cref="CommandLine.Commands"/>.
/// </summary>
internal abstract class CliCommand
{
    private readonly List<(string Form, string Meaning, bool IsRequired)> parameters = [];

    protected CliCommand(string name, string korean, string english)
    {
        Meaning = UserLanguage.Pick(korean, english);
        Syntax = new Command(name);
    }

    internal string Name => Syntax.Name;

    /// <summary>What it does in a few words.</summary>
    internal string Meaning { get; }

    /// <summary>What the parser knows of it.</summary>
    internal Command Syntax { get; }

    /// <summary>How it is called, such as <c>./baeum list [--json]</c>.</summary>
    internal string Call => string.Join(' ', ["./baeum " + Name, .. parameters.Select(parameter => parameter.IsRequired ? parameter.Form : $"[{parameter.Form}]")]);

    /// <summary>Its arguments and options and what they mean, for its help.</summary>
    internal IEnumerable<(string Form, string Meaning)> Help => parameters.Select(parameter => (parameter.Form, parameter.Meaning));

    /// <returns>The exit code.</returns>
    internal abstract int Run(ParseResult given, CommandContext context);

    /// <summary>A word that must be given.</summary>
    protected Argument<string> Argument(string name, string korean, string english)
    {
        var argument = new Argument<string>(name);
        Syntax.Arguments.Add(argument);
        parameters.Add((name, UserLanguage.Pick(korean, english), true));
        return argument;
    }

    /// <summary>Words, at least one.</summary>
    protected Argument<string[]> Arguments(string name, string korean, string english)
    {
        var argument = new Argument<string[]>(name) { Arity = ArgumentArity.OneOrMore };
        Syntax.Arguments.Add(argument);
        parameters.Add((name + "...", UserLanguage.Pick(korean, english), true));
        return argument;
    }

    /// <summary>An option with a value, which is null where it is not given.</summary>
    protected Option<string?> Option(string name, string value, string korean, string english, bool isRequired = false)
    {
        var option = new Option<string?>(name) { Required = isRequired };
        Syntax.Options.Add(option);
        parameters.Add(($"{name} {value}", UserLanguage.Pick(korean, english), isRequired));
        return option;
    }

    /// <summary>An option with a value that may be given several times.</summary>
    protected Option<string[]> Options(string name, string value, string korean, string english)
    {
        var option = new Option<string[]>(name) { AllowMultipleArgumentsPerToken = false, Arity = ArgumentArity.OneOrMore };
        Syntax.Options.Add(option);
        parameters.Add(($"{name} {value}", UserLanguage.Pick(korean, english), false));
        return option;
    }

    /// <summary>An option without a value.</summary>
    protected Option<bool> Flag(string name, string korean, string english)
    {
        var option = new Option<bool>(name);
        Syntax.Options.Add(option);
        parameters.Add((name, UserLanguage.Pick(korean, english), false));
        return option;
    }

    /// <summary>A whole number that was given to an option.</summary>
    /// <exception cref="LessonUsageException">It is none from 1 to <paramref name="largest"/>.</exception>
    protected static long Number(string option, string text, long largest) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= 1 && value <= largest
        ? value
        : throw new LessonUsageException(Messages.NumberRange(option, text, largest));

    /// <summary><c>--json</c> of a command that prints one object.</summary>
    protected Option<bool> Json() => Flag("--json", "결과를 JSON 객체 하나로 출력", "prints one JSON object");

    /// <summary><c>--json</c> of a command that prints an object a line.</summary>
    protected Option<bool> JsonLines() => Flag("--json", "한 줄에 JSON 객체 하나씩 출력", "one JSON object a line");

    /// <summary><c>--debug</c>, which <see cref="CommandLine"/> listens to.</summary>
    protected Option<bool> Debug() => Flag("--debug", "오류의 호출 스택을 보임", "shows an error's call stack");
}
