// Package ime switches the system's input method off for a window whose keys are no text.
//
// On Windows a Chinese input method takes a scanner's keys before the window hears of them: letters begin a word, a digit chooses
// one, and GLFW drops what the method has taken (VK_PROCESSKEY). A window without an input context gets the keys as they are. Elsewhere
// nothing is done, and what that means was read in GLFW 3.3 (x11_window.c) rather than tried with every method: on X11 a method (ibus, fcitx,
// by XIM) takes what it wants out of the stream of characters, and GLFW hands over the rest, and what the method made, one by one. Digits that
// begin nothing come through, in full width too, which [pos.ASCII] puts right; so goods codes of digits and payment codes are safe. A code that
// begins with letters begins a word for the method and is lost to it; so is what follows until its Enter. Shops with such codes set the
// scanner's window to letters (Ctrl+Space, Shift), and the guide says so. Keys as Enter and Backspace are told of even while the method
// uses them.
package ime
